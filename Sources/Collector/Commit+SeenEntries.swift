// SPDX-License-Identifier: MIT

import JSON

extension Commit {
    /// What the index must hold once this commit is in it, read from the lines alone.
    ///
    /// - Throws: `damaged` for a line that is not what its part says.
    package func seenEntries() throws(CodingProblem) -> [String: SeenEntry] {
        var entries: [String: SeenEntry] = [:]
        for part in parts {
            for line in part.bytes.split(separator: 0x0A) {
                let (key, entry) = try Self.seenEntry(of: Array(line), part.kind)
                // Parts are sorted by date, not by time: an event moved to an earlier date has its last state first.
                if let known = entries[key], known.revisions > entry.revisions { continue }
                entries[key] = entry
            }
        }
        return entries
    }

    static func seenEntry(
        of line: [UInt8], _ kind: Part.Kind
    ) throws(CodingProblem) -> (key: String, entry: SeenEntry) {
        do throws(JSONError) {
            switch kind {
            case .events:
                let event = try event(in: line, at: 0)
                return (SeenKey.event(event.id), SeenEntry(content: event.content, revisions: 0))
            case .revisions: return try revision(line)
            case .rejects:
                guard let sha256 = try firstMembers(line)["sha256"]?.string else {
                    throw JSONError.unexpectedByte(offset: 0)
                }
                return (SeenKey.reject(sha256: sha256), SeenEntry(content: nil, revisions: 0))
            case .seeds: return try seed(line)
            }
        } catch {
            throw .damaged("a line under \(kind.rawValue) cannot be read: \(error)")
        }
    }

    private static func revision(_ line: [UInt8]) throws(JSONError) -> (key: String, entry: SeenEntry) {
        let members = try firstMembers(line)
        guard let number = members["revision"]?.int, let position = members["event"]?.int else {
            throw .unexpectedByte(offset: 0)
        }
        let event = try event(in: line, at: position)
        return (SeenKey.event(event.id), SeenEntry(content: event.content, revisions: number))
    }

    private static func seed(_ line: [UInt8]) throws(JSONError) -> (key: String, entry: SeenEntry) {
        let seed = try JSONValue.parse(line)
        guard let id = seed["id"]?.string, let revisions = seed["revisions"]?.int else {
            throw .unexpectedByte(offset: 0)
        }
        let content = seed["content"]?.string.flatMap { ContentHash(hex: $0) }
        return (SeenKey.event(EventID(token: id)), SeenEntry(content: content, revisions: revisions))
    }

    private static func event(in line: [UInt8], at position: Int) throws(JSONError) -> Event {
        guard case (.event(let event), _) = try EventReader.read(line.span, from: position) else {
            throw .unexpectedByte(offset: position)
        }
        return event
    }

    /// The members before the verbatim one, which stands for its place: `event` and `element` as their offset.
    private static func firstMembers(_ line: [UInt8]) throws(JSONError) -> [String: JSONValue] {
        let text = line.span
        var scanner = JSONScanner()
        var members: [String: JSONValue] = [:]
        try scanner.expect(0x7B, text)
        repeat {
            let name = try scanner.string(text).decoded(text)
            try scanner.expect(0x3A, text)
            if name == "event" || name == "element" {
                members[name] = .int(scanner.position)
                break
            }
            members[name] = try scanner.value(text, depth: 2)
        } while try scanner.continues(until: 0x7D, text)
        return members
    }
}
