// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import ServiceLevels
import Testing

@testable import CollectorCLI

@Suite struct PeriodOptionsTests {
    /// 2026-11-23T08:00Z.
    static let now = 1_795_420_800 / 60

    @Test(arguments: [
        ("90m", 90), ("36h", 36 * 60), ("7d", 10_080), ("12w", 12 * 10_080),
    ])
    func `an age counts back from now`(text: String, minutes: Int) {
        #expect(TypedTime.minute(text, before: Self.now) == Self.now - minutes)
    }

    /// A day begins at midnight in Stockholm, on the days on which clocks change, too.
    @Test(arguments: [
        ("2026-11-01", "2026-10-31T23:00Z"), ("2026-07-01", "2026-06-30T22:00Z"), ("2026-03-29", "2026-03-28T23:00Z"),
        ("2026-03-30", "2026-03-29T22:00Z"), ("2026-10-25", "2026-10-24T22:00Z"), ("2026-10-26", "2026-10-25T23:00Z"),
    ])
    func `a day begins at midnight in Stockholm`(day: String, instant: String) throws {
        let date = try Date(instant.replacing("Z", with: ":00Z"), strategy: .iso8601)
        #expect(TypedTime.minute(day) == Int(date.timeIntervalSince1970) / 60)
    }

    @Test(arguments: ["", "d", "7", "-1d", "0d", "1y", "99999999999999999999d", "2026-02-30", "2026-1-1", "now", "7 d"])
    func `anything else is no time`(text: String) {
        #expect(TypedTime.minute(text, before: Self.now) == nil)
    }

    @Test func `a report is written where and as -o and --format say`() throws {
        func output(
            _ path: String?, _ formats: [ReportFormat] = [], _ languages: [ReportLanguage] = [.english],
            _ kind: FileSystem.Kind? = nil
        ) throws -> ReportOutput {
            try ReportOutput(path, formats, languages, label: "2026-W47") { _ in kind }
        }
        func paths(_ output: ReportOutput) -> [String] {
            if case .files(let files) = output { files.map(\.path) } else { [] }
        }
        #expect(try output(nil) == .standard(.text, .english))
        #expect(try output("-", [.html], [.swedish]) == .standard(.html, .swedish))
        #expect(try paths(output("a.csv")) == ["a.csv"])
        #expect(try paths(output("2026.11", [.md])) == ["2026.11.md"])
        #expect(
            try paths(output("x/", [.md, .json], [.english, .swedish]))
                == ["x/2026-W47.md", "x/2026-W47.sv.md", "x/2026-W47.json"])
        #expect(try paths(output("x.md", [], [.english], .directory)).first == "x.md/2026-W47.txt")
        #expect(try output("p", [.md], [.english], .other) == .device(path: "p", .md, .english))
        for (path, formats) in [("a.pdf", []), ("a.md", [.html]), ("", [])] as [(String, [ReportFormat])] {
            #expect(throws: (any Error).self) { try output(path, formats) }
        }
        #expect(throws: (any Error).self) { try output("p", [.md, .csv], [.english], .other) }
        #expect(throws: (any Error).self) { try output(nil, [.md, .csv]) }
    }
}
