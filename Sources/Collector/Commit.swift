// SPDX-License-Identifier: MIT

package import FoundationEssentials
import JSON
import Ledger

/// One entry of the archive's log: everything one run stores, in one object created at one instant.
///
/// `commits/<n>.jsonl` is a header line and then the lines of all files that follow from it, verbatim, part by part. The
/// files under `events/`, `revisions/` and `rejects/` are slices of it, so anybody can write them at any time.
package struct Commit: Sendable, Hashable {
    package static let schema = 1

    package let number: Int
    /// The run that made it.
    package let run: String
    /// All runs whose answers it covers: one, but for `replay`.
    package let runs: [String]
    package let committedAt: Date
    package let parts: [Part]

    /// A file that follows from the commit.
    package struct Part: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable { case events, revisions, rejects, seeds }
        package let kind: Kind
        /// Object name; seeds (the adopted state of a predecessor's archive) have no file of their own.
        package let object: String?
        package let lines: Int
        package let bytes: [UInt8]

        package init(kind: Kind, object: String?, lines: Int, bytes: [UInt8]) {
            self.kind = kind
            self.object = object
            self.lines = lines
            self.bytes = bytes
        }
    }

    package init(number: Int, run: String, runs: [String], committedAt: Date, parts: [Part]) {
        self.number = number
        self.run = run
        self.runs = runs
        self.committedAt = committedAt
        self.parts = parts
    }

    /// `commits/00000000000000000007.jsonl`.
    package static func object(_ number: Int) -> String {
        let digits = String(number)
        return "commits/" + String(repeating: "0", count: max(0, 20 - digits.count)) + digits + ".jsonl"
    }

    /// The number in such a name.
    package static func number(ofObject name: String) -> Int? {
        guard name.hasPrefix("commits/"), name.hasSuffix(".jsonl") else { return nil }
        let digits = name.dropFirst(8).dropLast(6)
        guard digits.utf8.count == 20, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(digits).flatMap { $0 <= ArchiveHead.commitLimit ? $0 : nil }
    }

    /// How many lines the parts of `kind` hold.
    package func count(_ kind: Part.Kind) -> Int {
        parts.reduce(0) { $0 + ($1.kind == kind ? $1.lines : 0) }
    }
}

/// Sorts observations into the files of a commit.
struct CommitBuilder {
    private let number: Int
    private var parts: [String: (kind: Commit.Part.Kind, lines: Int, bytes: [UInt8])] = [:]

    init(number: Int) { self.number = number }

    mutating func add(_ observation: Observation, revision: Int) {
        switch observation.subject {
        case .event(_, let date) where revision == 0: append(observation.bytes, to: .events, date.text(separator: "/"))
        case .event(_, let date):
            append(Self.line(ofRevision: revision, observation), to: .revisions, date.text(separator: "/"))
        case .reject(let problem):
            let day = CalendarDay(observation.observedAt)
            append(Self.line(ofReject: problem, observation), to: .rejects, day.text(separator: "/"))
        }
    }

    func commit(run: String, runs: [String], at date: Date) -> Commit {
        let names = parts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Commit(
            number: number, run: run, runs: runs, committedAt: date,
            parts: names.compactMap { name in
                parts[name].map { .init(kind: $0.kind, object: name, lines: $0.lines, bytes: $0.bytes) }
            })
    }

    private mutating func append(_ line: [UInt8], to kind: Commit.Part.Kind, _ day: String) {
        let object = "\(kind.rawValue)/\(day)/\(kind.rawValue)-\(number).jsonl"
        parts[object, default: (kind, 0, [])].lines += 1
        parts[object, default: (kind, 0, [])].bytes += line + [0x0A]
    }

    private static func line(ofRevision revision: Int, _ observation: Observation) -> [UInt8] {
        let time = Timestamp.text(observation.observedAt)
        return Array("{\"observed_at\":\"\(time)\",\"revision\":\(revision),\"event\":".utf8) + observation.bytes + [
            0x7D
        ]
    }

    /// The element comes last: readers of the index stop before it. Bytes that no JSON line can hold are base64.
    private static func line(ofReject problem: RejectProblem, _ observation: Observation) -> [UInt8] {
        let head: JSONValue = [
            "observed_at": .string(Timestamp.text(observation.observedAt)), "reason": .string(problem.reason),
            "problem": .string(problem.rawValue), "sha256": .string(String(observation.key.dropFirst())),
        ]
        return head.encoded().dropLast() + RejectedBytes.member(observation.bytes, problem) + [0x7D]
    }
}
