// SPDX-License-Identifier: MIT

import JSON

/// One line of a ledger.
package struct LedgerEntry: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case run(RunRecord)
        /// A record of another type (`check`, `note`, …), verbatim.
        case other(type: String, line: [UInt8])
        /// A line that cannot be read; `line` holds it verbatim.
        case damaged(DamagedLine, line: [UInt8])
    }

    package let content: Content
    package let file: String
    /// Counted from 1.
    package let line: Int

    init(_ line: LedgerLine) {
        file = line.file
        self.line = line.number
        let bytes = Array(line.bytes)
        do throws(RecordError) {
            content = try Self.content(bytes)
        } catch {
            content = .damaged(DamagedLine(line, error), line: bytes)
        }
    }

    private static func content(_ bytes: [UInt8]) throws(RecordError) -> Content {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(bytes)
        } catch {
            throw .notJSON(error)
        }
        guard let type = value["type"]?.string else { throw .invalid(member: "type") }
        guard type == "run" else { return .other(type: type, line: bytes) }
        return .run(try RunRecord(json: value))
    }
}

/// A line that cannot be read: where it stands and why.
package struct DamagedLine: Sendable, Hashable {
    package let file: String
    /// Counted from 1.
    package let line: Int
    package let problem: RecordError

    package init(file: String, line: Int, problem: RecordError) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    init(_ line: LedgerLine, _ problem: RecordError) {
        self.init(file: line.file, line: line.number, problem: problem)
    }
}

extension DamagedLine: CustomStringConvertible {
    package var description: String { "line \(line) of \(file) cannot be read: \(problem)" }
}

/// What was read from a ledger.
package struct LedgerReading: Sendable, Hashable {
    /// In the order the reader promises.
    package var runs: [RunRecord] = []
    /// Lines met on the way that cannot be read; they stay in their files.
    package var damaged: [DamagedLine] = []

    package init(runs: [RunRecord] = [], damaged: [DamagedLine] = []) {
        self.runs = runs
        self.damaged = damaged
    }

    mutating func add(_ entry: LedgerEntry) {
        switch entry.content {
        case .run(let record): runs.append(record)
        case .damaged(let line, _): damaged.append(line)
        case .other: break
        }
    }
}

/// A line as it stands in a file.
struct LedgerLine {
    let file: String
    let number: Int
    let bytes: ArraySlice<UInt8>

    private static let head = Array(#"{"schema":1,"type":"run","run_id":""#.utf8)

    /// The id of a run's line, read without parsing where the line begins as this program writes it.
    ///
    /// The line may still be torn behind its id.
    var runID: RunID? {
        if bytes.starts(with: Self.head) {
            return RunID(String(decoding: bytes.dropFirst(Self.head.count).prefix(36), as: UTF8.self))
        }
        // Losing the error is right: a line that is no JSON has no id, and reading the ledger reports it.
        guard let value = try? JSONValue.parse(Array(bytes)), value["type"] == "run" else { return nil }
        return value["run_id"]?.string.flatMap(RunID.init)
    }
}
