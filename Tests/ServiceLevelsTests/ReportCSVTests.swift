// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import Testing

@Suite struct ReportCSVTests {
    private static let reports = [
        Report.sample, .sampleWithoutData, .sampleOfLongDay, .sampleOfShortDay,
        ReportHistory().report(ReportHistory.week),
    ]

    @Test(arguments: reports.indices)
    func `every row has seven cells and ends in CRLF`(index: Int) throws {
        let rows = try #require(Self.rows(Self.reports[index].csv))
        #expect(rows.first == ["section", "name", "measure", "unit", "value", "from", "to"])
        #expect(rows.allSatisfy { $0.count == 7 })
        for row in rows.dropFirst() {
            for instant in row[5...] where !instant.isEmpty { #expect(Timestamp.date(instant) != nil) }
        }
    }

    @Test func `free text is no formula, and comes back whole`() throws {
        let rows = try #require(Self.rows(Report.sample.csv))
        let texts = rows.filter { ["note", "action"].contains($0[0]) }.map { $0[4] }
        #expect(texts.contains("'=1+1, a formula that must stay text"))
        #expect(texts.contains("'=HYPERLINK(\"http://example.invalid\") must stay text"))
        #expect(texts.contains("<script>alert('x')</script> & \"citat\" | pipe * star"))
        #expect(texts.contains("Omstart klar – läget är åter normalt"))
    }

    @Test(arguments: ["=a", "+a", "-a", "@a", "\ta", "\ra", "\na", "=\u{301}1", "a\"b,\r\nc", "\"\u{301}", ""])
    func `hostile text stays in its cell`(text: String) throws {
        var report = ReportHistory().report(ReportHistory.week)
        report.notes = [
            NoteRecord(
                id: text, kind: .note, job: "", recordedAt: report.asOf, at: report.asOf, text: text, author: text,
                host: "", version: "")
        ]
        let rows = try #require(Self.rows(report.csv))
        let first = text.unicodeScalars.first
        let isFormula = first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
        let expected = isFormula ? "'" + text : text
        let found = rows.filter { $0[0] == "note" }
        #expect(found.map { Array($0[4].unicodeScalars) } == [expected, expected].map { Array($0.unicodeScalars) })
        #expect(rows.allSatisfy { $0.count == 7 })
    }

    @Test func `escapes of a terminal and marks that turn text do not get through`() {
        var report = Report.sample
        let text = "a\u{1B}[31mb\u{7}c\u{202E}d\u{9B}e"
        report.notes = [
            NoteRecord(
                id: "n", kind: .note, job: "", recordedAt: report.asOf, at: report.asOf, text: text, author: text,
                host: "", version: "")
        ]
        let csv = report.csv
        #expect(!csv.unicodeScalars.contains { ["\u{1B}", "\u{7}", "\u{202E}", "\u{9B}"].contains($0) })
        #expect(csv.contains("[31mb"))
    }

    @Test func `numbers below zero stay numbers`() throws {
        var report = Report.sample
        report.objectives[0].budget = ErrorBudget(
            targetMillionths: 995_000, attainment: Attainment(good: 900, bad: 100))
        let rows = try #require(Self.rows(report.csv))
        let left = rows.first { $0[0] == "objective" && $0[1] == "freshness" && $0[2] == "budget_left" }
        #expect(left?[4] == "-95")
        #expect(left?[3] == "minutes")
    }

    @Test func `it says the figures that the JSON says`() throws {
        let report = Report.sample
        let rows = try #require(Self.rows(report.csv))
        func value(_ section: String, _ name: String, _ measure: String) -> String? {
            let found = rows.filter { $0[0] == section && $0[1] == name && $0[2] == measure }
            return found.count == 1 ? found[0][4] : nil
        }
        for objective in report.json["objectives"]?.array ?? [] {
            let name = try #require(objective["name"]?.string)
            for (span, prefix) in [("in_period", "period_"), ("in_window", "window_")] {
                for kind in ["counted", "whole"] {
                    for measure in ["good", "bad", "unknown"] {
                        let expected = objective[span]?[kind]?[measure]?.int.map(String.init)
                        #expect(value("objective", name, prefix + kind + "_" + measure) == expected)
                    }
                    for measure in ["ratio", "worst_ratio"] {
                        let found = value("objective", name, prefix + kind + "_" + measure).flatMap(Double.init)
                        #expect(found == objective[span]?[kind]?[measure]?.double)
                    }
                }
            }
            let remaining = value("objective", name, "budget_remaining").flatMap(Double.init)
            #expect(remaining == objective["budget"]?["remaining_ratio"]?.double)
        }
        #expect(value("run", "", "duration_p99") == "30.82")
        #expect(value("storage", "", "bytes_a_day") == "1204118.5")
        #expect(value("telemetry", "", "dropped") == "118")
        #expect(value("cause", "feed_timeout", "runs") == "5")
        #expect(value("incident", "1", "repair") == "7200")
        #expect(value("incident", "3", "repair") == nil)
        #expect(value("trend", "freshness", "2026-W47_counted_bad")?.isEmpty == false)
        #expect(rows.filter { $0[0] == "slot" && $0[2] == "state" }.count == 336)
        #expect(rows.filter { $0[0] == "timeline" }.count == 14)
        #expect(rows.filter { $0[0] == "event" && $0[2] == "new_by_day" }.map { $0[4] }.first == "65")
    }

    @Test func `what is not known has no row`() throws {
        let rows = try #require(Self.rows(Report.sampleWithoutData.csv))
        #expect(
            !rows.contains { $0[0] == "telemetry" || $0[2].hasSuffix("_ratio") && $0[2].hasSuffix("counted_ratio") })
        #expect(rows.contains { $0[1] == "freshness" && $0[2] == "period_counted_unknown" && $0[4] == "10080" })
    }

    /// Reads RFC 4180; nil where a quote or an end of line is not as it says.
    private static func rows(_ text: String) -> [[String]]? {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var scalars = text.unicodeScalars[...]
        func end() {
            row.append(String(cell))
            cell = String.UnicodeScalarView()
        }
        while let scalar = scalars.popFirst() {
            if scalar == "\"" {
                guard cell.isEmpty else { return nil }
                while let inner = scalars.popFirst() {
                    if inner == "\"", scalars.first != "\"" { break }
                    if inner == "\"" { scalars.removeFirst() }
                    cell.append(inner)
                }
                guard let next = scalars.first, next == "," || next == "\r" else { return nil }
            } else if scalar == "," {
                end()
            } else if scalar == "\r" {
                guard scalars.popFirst() == "\n" else { return nil }
                end()
                rows.append(row)
                row = []
            } else {
                guard scalar != "\n" else { return nil }
                cell.append(scalar)
            }
        }
        return row.isEmpty && cell.isEmpty ? rows : nil
    }
}
