// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger

extension Commit {
    package enum CodingProblem: Error, Sendable, Hashable {
        /// Cut, overwritten or not ours. The text says how.
        case damaged(String)
        /// Written by a later version of this program.
        case newer(schema: Int)
    }

    /// The bytes of `commits/<n>.jsonl`.
    package func encoded() -> [UInt8] {
        let header: JSONValue = [
            "schema": .int(Self.schema), "commit": .int(number), "run_id": .string(run),
            "committed_at": .string(Timestamp.text(committedAt)), "runs": .array(runs.map(JSONValue.string)),
            "events": .int(count(.events)), "revisions": .int(count(.revisions)), "rejects": .int(count(.rejects)),
            "parts": .array(parts.map(\.header)),
        ]
        return parts.reduce(into: header.encoded() + [0x0A]) { $0 += $1.bytes }
    }

    /// Reads what `encoded` wrote.
    ///
    /// - Parameter number: the number in the object's name, which must be the one inside.
    package init(number: Int, bytes: [UInt8]) throws(CodingProblem) {
        guard let end = bytes.firstIndex(of: 0x0A) else { throw .damaged("it has no header line") }
        let header: JSONValue
        do throws(JSONError) {
            header = try JSONValue.parse(Array(bytes[..<end]))
        } catch {
            throw .damaged("its header line is no JSON: \(error)")
        }
        guard let schema = header["schema"]?.int else { throw .damaged("its header names no schema") }
        guard schema <= Self.schema else { throw .newer(schema: schema) }
        guard header["commit"]?.int == number, let run = header["run_id"]?.string,
            let time = header["committed_at"]?.string.flatMap(Timestamp.date), let headers = header["parts"]?.array
        else { throw .damaged("its header is not complete") }
        var parts: [Part] = []
        var position = end + 1
        for header in headers {
            let part = try Part(header, in: bytes, at: position)
            position += part.bytes.count
            parts.append(part)
        }
        guard position == bytes.count else { throw .damaged("it is longer than its header says") }
        self.init(
            number: number, run: run, runs: header["runs"]?.array?.compactMap(\.string) ?? [run], committedAt: time,
            parts: parts)
    }
}

extension Commit.Part {
    fileprivate var header: JSONValue {
        [
            "kind": .string(kind.rawValue), "object": .optional(object), "lines": .int(lines),
            "bytes": .int(bytes.count),
        ]
    }

    fileprivate init(_ header: JSONValue, in bytes: [UInt8], at position: Int) throws(Commit.CodingProblem) {
        guard let kind = header["kind"]?.string.flatMap(Kind.init(rawValue:)), let lines = header["lines"]?.int,
            let length = header["bytes"]?.int, length >= 0
        else { throw .damaged("its header describes a part that is not known") }
        guard length <= bytes.count - position else { throw .damaged("it ends too early") }
        let slice = Array(bytes[position..<position + length])
        guard slice.count(where: { $0 == 0x0A }) == lines, slice.isEmpty || slice.last == 0x0A else {
            throw .damaged("a part has not the lines its header says")
        }
        let object = header["object"]?.string
        guard object.map({ isName($0, of: kind) }) ?? (kind == .seeds) else {
            throw .damaged("a part is called \(object ?? "nothing"), which no file of \(kind.rawValue) is")
        }
        self.init(kind: kind, object: object, lines: lines, bytes: slice)
    }
}

/// Whether `object` lies where the files of its kind do: nothing a commit says may write anywhere else.
private func isName(_ object: String, of kind: Commit.Part.Kind) -> Bool {
    let steps = object.split(separator: "/", omittingEmptySubsequences: false)
    return kind != .seeds && steps.count == 5 && steps[0] == kind.rawValue && object.hasSuffix(".jsonl")
        && !steps.contains { $0.isEmpty || $0.hasPrefix(".") }
}
