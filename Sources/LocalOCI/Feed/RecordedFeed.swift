// SPDX-License-Identifier: MIT

import Files
package import FoundationEssentials
import JSON

/// Answers captured earlier, one a line: `{"capturedAt":"…","body":…}`, or `"body":null,"raw":"…"` for what was no JSON.
package struct RecordedFeed: Sendable {
    /// Why a recording cannot be served.
    package struct Problem: Error, Sendable, CustomStringConvertible {
        /// What is wrong, where, and what would be right.
        package let description: String
    }

    private struct Line: Sendable {
        let captured: Date
        let body: [UInt8]
    }

    private static let limitBytes = 1 << 30
    /// Oldest first.
    private let lines: [Line]

    /// Reads a plain or gzip file into memory, at most 1 GiB of it.
    package init(path: String) throws {
        var source = try LineSource(path)
        var lines: [Line] = []
        var size = 0
        while let line = try source.next() {
            guard !line.isEmpty else { continue }
            guard let read = Self.read(line) else {
                throw Problem(
                    description: "\(path):\(source.lineNumber) is no recorded answer; a line is "
                        + "{\"capturedAt\":\"2026-01-01T00:00:00Z\",\"body\":[…]}")
            }
            size += read.body.count
            guard size <= Self.limitBytes else {
                throw Problem(description: "\(path) holds more than 1 GiB; serve a part of it")
            }
            lines.append(read)
        }
        guard !lines.isEmpty else { throw Problem(description: "\(path) holds no recorded answer") }
        self.lines = lines.sorted { $0.captured < $1.captured }
    }

    /// When the first answer was captured.
    package var start: Date { lines[0].captured }

    /// The newest answer captured at or before `instant`; nil before the first.
    package func answer(at instant: Date) -> (captured: Date, body: [UInt8])? {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].captured <= instant { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        return (lines[low - 1].captured, lines[low - 1].body)
    }

    /// The body is taken as it stands in the line: its bytes are what is served.
    private static func read(_ line: [UInt8]) -> Line? {
        let head = Array(#"{"capturedAt":""#.utf8)
        let middle = Array(#"","body":"#.utf8)
        guard line.starts(with: head), let quote = line[head.count...].firstIndex(of: UInt8(ascii: "\"")),
            let captured = WireTime.date(rfc3339: String(decoding: line[head.count..<quote], as: UTF8.self)),
            line[quote...].starts(with: middle), let end = line.lastIndex(of: UInt8(ascii: "}"))
        else { return other(line) }
        let body = Array(line[(quote + middle.count)..<end])
        return body.starts(with: Array("null".utf8)) ? other(line) : Line(captured: captured, body: body)
    }

    /// Members in another order, or an answer that was no JSON.
    private static func other(_ line: [UInt8]) -> Line? {
        guard let value = try? JSONValue.parse(line), let body = value["body"],
            let captured = value["capturedAt"]?.string.flatMap(WireTime.date(rfc3339:))
        else { return nil }
        guard body.isNull else { return Line(captured: captured, body: body.encoded()) }
        return value["raw"]?.string.map { Line(captured: captured, body: Array($0.utf8)) }
    }
}
