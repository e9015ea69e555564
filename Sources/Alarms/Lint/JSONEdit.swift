// SPDX-License-Identifier: MIT

package import JSON
package import YAML

/// A change of one place of a JSON text that leaves everything else as its author wrote it.
package enum JSONEdit: Sendable, Hashable {
    /// Another value at a place that exists.
    case replace(DocumentPath, JSONValue)
    /// A member at the end of the object at `in`.
    case insert(name: String, JSONValue, in: DocumentPath)

    /// Whether both change the same value, or insert the same member.
    func isSamePlace(as other: JSONEdit) -> Bool {
        switch (self, other) {
        case (.replace(let mine, _), .replace(let theirs, _)): mine == theirs
        case (.insert(let mine, _, let here), .insert(let theirs, _, let there)): mine == theirs && here == there
        default: false
        }
    }

    /// The text after all edits; those whose place does not exist change nothing, and of two at one place the first counts.
    package static func apply(_ edits: [JSONEdit], to bytes: [UInt8]) -> [UInt8] {
        var changes: [(range: Range<Int>, text: [UInt8])] = []
        for edit in edits {
            guard let change = edit.change(of: bytes),
                !changes.contains(where: { $0.range.overlaps(change.range) || $0.range == change.range })
            else { continue }
            changes.append(change)
        }
        var result = bytes
        for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            result.replaceSubrange(change.range, with: change.text)
        }
        return result
    }

    private func change(of bytes: [UInt8]) -> (range: Range<Int>, text: [UInt8])? {
        switch self {
        case .replace(let path, let value):
            return JSONLocator.range(of: path, in: bytes).map { ($0, value.encoded()) }
        case .insert(let name, let value, let parent):
            guard let range = JSONLocator.range(of: parent, in: bytes), bytes[range.lowerBound] == 0x7B else {
                return nil
            }
            return insertion(JSONMember(name, value), into: range, of: bytes)
        }
    }

    /// Behind the last member, on a line of its own where the others have one.
    private func insertion(
        _ member: JSONMember, into object: Range<Int>, of bytes: [UInt8]
    ) -> (range: Range<Int>, text: [UInt8]) {
        let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let close = object.upperBound - 1
        let tail = bytes[object.lowerBound..<close].lastIndex { !blank.contains($0) } ?? object.lowerBound
        let isEmpty = tail == object.lowerBound
        let first = bytes[(object.lowerBound + 1)..<close].prefix { blank.contains($0) }
        var text: [UInt8] = isEmpty ? [] : [0x2C]
        text += isEmpty ? [] : Array(first)
        JSONValue.writeString(member.name, into: &text)
        text += [0x3A, 0x20] + member.value.encoded()
        return ((tail + 1)..<(tail + 1), text)
    }
}

/// Finds where in a JSON text a value stands.
package enum JSONLocator {
    /// The bytes of the value at `path`; nil where there is none, or the text is no JSON.
    package static func range(of path: DocumentPath, in bytes: [UInt8]) -> Range<Int>? {
        let text = bytes.span
        var scanner = JSONScanner()
        for step in path.steps {
            guard enter(step, text, &scanner) else { return nil }
        }
        scanner.skipWhitespace(text)
        let start = scanner.position
        do throws(JSONError) {
            try scanner.skipValue(text, depth: 128)
        } catch {
            return nil
        }
        return start..<scanner.position
    }

    /// Line and column of an offset, both from 1.
    package static func mark(at offset: Int, in bytes: [UInt8]) -> YAMLMark {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        return YAMLMark(line: before.count { $0 == 0x0A } + 1, column: column)
    }

    /// Puts the scanner before the value that one step leads to.
    private static func enter(_ step: DocumentPath.Step, _ text: Span<UInt8>, _ scanner: inout JSONScanner) -> Bool {
        do throws(JSONError) {
            switch step {
            case .member(let wanted):
                try scanner.expect(0x7B, text)
                if scanner.consume(0x7D, text) { return false }
                repeat {
                    let name = try scanner.string(text).decoded(text)
                    try scanner.expect(0x3A, text)
                    if name == wanted { return true }
                    try scanner.skipValue(text, depth: 128)
                } while try scanner.continues(until: 0x7D, text)
            case .element(let wanted):
                try scanner.expect(0x5B, text)
                if scanner.consume(0x5D, text) { return false }
                var index = 0
                repeat {
                    if index == wanted { return true }
                    try scanner.skipValue(text, depth: 128)
                    index += 1
                } while try scanner.continues(until: 0x5D, text)
            }
            return false
        } catch {
            return false
        }
    }
}
