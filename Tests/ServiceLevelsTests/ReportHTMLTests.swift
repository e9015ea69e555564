// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Pages
import ServiceLevels
import TestSupport
import Testing

@Suite struct ReportHTMLTests {
    static let samples: [Report] = [
        .sample, .sampleWithoutData, .sampleOfLongDay, .sampleOfShortDay, .stuffed,
        Report(
            job: "", environment: "", period: Report.samplePeriod, asOf: Report.samplePeriod.span.startDate,
            verdict: ReportVerdict(word: .unknown, because: [])),
    ]

    @Test(arguments: samples.indices, ReportLanguage.allCases)
    func `each report is well formed, and keeps the rules of pages`(index: Int, language: ReportLanguage) {
        let html = Self.samples[index].html(language)
        let reader = PageReader(html)
        #expect(reader.complaints == [])
        #expect(reader.root.first("html")?.attributes["lang"] == language.rawValue)
        #expect(!html.contains("{") || !reader.root.all("main").contains { $0.text.contains("{") })
    }

    @Test(arguments: ReportLanguage.allCases)
    func `the same report gives the same bytes`(language: ReportLanguage) {
        #expect(Report.sample.html(language) == Report.sample.html(language))
    }

    @Test(arguments: ReportLanguage.allCases)
    func `the largest report has at most 300 KB`(language: ReportLanguage) {
        let size = Report.stuffed.html(language).utf8.count
        #expect(size <= 300_000 && size > 150_000, "\(size) bytes")
    }

    @Test func `the verdict stands first, then objectives, and every section is there`() {
        let words = ReportWords(.english)
        let found = PageReader(Report.sample.html(.english)).root.all("h2").map(\.text)
        let headings = words.texts.headings
        #expect(
            found == [
                "Careful", headings.objectives, headings.grid, headings.incidents, headings.causes, headings.runs,
                headings.events, "Telemetry, storage", headings.alarms, headings.changes, headings.maintenance,
                headings.actions, headings.notes, headings.method,
            ])
    }

    @Test func `what maintenance leaves out and what nobody knows are told`() throws {
        let card = try #require(
            PageReader(Report.sample.html(.english)).root.all.first { $0.attributes["class"] == "card" })
        for part in [
            "98.57\u{A0}%", "97.98\u{A0}% with maint.", "62\u{A0}minutes · at worst", "120\u{A0}minutes (maintenance)",
        ] {
            #expect(card.text.contains(part), "\(part) in \(card.text)")
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "]]>", "-->", "</title></svg>",
        "\u{202E}gnp.exe\u{2066}", "\u{1B}[31m", "&amp;", "{job}", "</style>",
    ])
    func `whatever people wrote stays text`(text: String) {
        var report = Report.sample
        report.job = text
        report.environment = text
        report.objectives[0].slo.displayName = text
        report.incidents = [Report.hostileIncident(text)]
        report.causes = [
            CauseCount(errorType: text, runs: 1, firstAt: report.asOf, lastAt: report.asOf, runbook: text)
        ]
        report.changes = [ConfigurationChange(what: .host, before: text, after: text, at: report.asOf)]
        report.alarms = [AlarmCount(alarm: text, fired: 1, lastAt: report.asOf)]
        report.actions = [
            ActionItem(id: text, text: text, author: text, openedAt: report.asOf, doneAt: nil, isCarriedOver: true)
        ]
        report.reading.damaged = [text]
        for language in ReportLanguage.allCases {
            let html = report.html(language)
            let plain = PageReader(Report.sample.html(language)).root.all
            let reader = PageReader(html)
            #expect(reader.complaints == [])
            #expect(Set(reader.root.all.map(\.name)).isSubset(of: plain.map(\.name)))
            #expect(!html.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || $0.value == 0x1B })
            #expect(reader.root.all("style").count == 1)
        }
    }
}

/// The grid of half hours.
@Suite struct SlotChartTests {
    private func grid(_ report: Report, _ id: String) throws -> PageElement {
        try #require(
            PageReader(report.html(.english)).root.all("svg").first {
                $0.attributes["aria-labelledby"]?.hasPrefix("\(id)-title") == true
            })
    }

    /// Width of all cells of all days, in half hours.
    private func cells(_ grid: PageElement, of columns: Int) -> Double {
        let cells = grid.all("rect").filter { !["ground", nil].contains($0.attributes["class"]) }
        return cells.reduce(0) { sum, cell in
            sum + (Double(cell.attributes["width"]?.dropLast() ?? "") ?? 0) * Double(columns) / 100
        }
    }

    @Test(arguments: [(Report.sample, 336, 48), (.sampleOfLongDay, 338, 50), (.sampleOfShortDay, 334, 48)])
    func `each half hour has its cell, also where the clocks change`(report: Report, slots: Int, columns: Int) throws {
        let drawn = try cells(grid(report, "slots-lying"), of: columns)
        #expect(abs(drawn - Double(slots)) < 0.5)
    }

    @Test func `an hour that comes twice has two places, one that is left out a gap`() throws {
        let words = ReportWords(.english)
        let long = PageReader(Report.sampleOfLongDay.html(.english)).root
        #expect(long.all("p").contains { $0.text.contains(words.texts.slots.longDay) })
        let short = PageReader(Report.sampleOfShortDay.html(.english)).root
        #expect(short.all("p").contains { $0.text.contains(words.texts.slots.shortDay) })
        let titles = try grid(.sampleOfShortDay, "slots-lying").all("title").map(\.text)
        #expect(titles.contains { $0.hasPrefix("Sun 2027-03-28 00:00 to 02:00: ") })
        #expect(titles.contains { $0.hasPrefix("Sun 2027-03-28 03:00 to ") })
    }

    @Test func `a stretch of the same outcome says from when to when, and how many runs`() throws {
        let titles = try grid(.sample, "slots-lying").all("title").map(\.text)
        #expect(titles.contains { $0.hasPrefix("Wed 2026-11-18 03:00 to 05:30: failed (") }, "\(titles)")
        #expect(titles.contains("Fri 2026-11-20 13:30 to 14:00: no evidence"))
        #expect(titles.contains { $0.contains("success, maintenance (2\u{A0}runs)") })
    }

    @Test func `outcomes are told apart without colour`() throws {
        let grid = try grid(.sample, "slots-lying")
        let signs = grid.all("text").filter { $0.attributes["class"]?.hasPrefix("sign ") == true }
        #expect(signs.map(\.text) == ["×××××", "~", "!", "––", "?", "»»"])
        #expect(grid.all("g").contains { $0.attributes["fill"] == "url(#slots-lying-hatch)" })
    }

    @Test func `the same stands in a table for those who cannot see it`() throws {
        let table = try #require(
            PageReader(Report.sample.html(.english)).root.all("table").first {
                $0.first("caption")?.attributes["id"] == "slots-table"
            })
        #expect(table.all("tr").map { $0.all("td").first?.text } == [nil, "48", "48", "43", "47", "44", "48", "46"])
    }

    @Test func `a month is drawn lying only, and time to come is counted apart`() throws {
        var report = Report.stuffed
        #expect(!report.html(.english).contains("slots-upright"))
        report.days = Array(report.days.prefix(7))
        _ = try grid(report, "slots-upright")
        report.days = SampleDays.week(
            from: Report.samplePeriod.span.start, year: 2026, month: 11, day: 16,
            states: { $0 < 10 ? .success : .future })
        let titles = try grid(report, "slots-lying")
        #expect(titles.all("text").contains { $0.text == "10 of 10" })
    }
}

extension Report {
    fileprivate static func hostileIncident(_ text: String) -> Incident {
        let at = samplePeriod.span.startDate
        let events: [TimelineEntry.Event] = [
            .firstFailure(errorType: text), .detected(vantage: text), .alarm(name: text, status: text),
            .note(text: text),
            .maintenanceStarted(reason: text), .maintenanceEnded(reason: text),
        ]
        return Incident(
            kind: .stale, startedAt: at, endedAt: nil, lastGoodAt: nil, detectedAt: nil, badMinutes: 1,
            unknownMinutes: 2,
            maintenanceMinutes: 1, cause: .failing(errorType: text, runs: 2), runbook: text,
            timeline: events.map { TimelineEntry(at: at, event: $0) })
    }

    /// As much as a report can hold: a month in which hardly two half hours ended alike, and everything happened.
    static var stuffed: Report {
        var report = sample
        let states = Slot.State.allCases.filter { $0 != .future }
        report.days = (0..<31).map { day in
            let slots = (0..<48).map { half in
                Slot(
                    start: samplePeriod.span.startDate, hour: half / 2, minute: half % 2 * 30,
                    state: half % 3 == 0 ? .success : states[(day + half * half) % states.count],
                    isMaintenance: (day + half) % 11 == 0, runs: 1)
            }
            return SlotDay(year: 2026, month: 10, day: day + 1, slots: slots)
        }
        report.objectives = (0..<12).map { number in
            var objective = sample.objectives[number % sample.objectives.count]
            objective.slo.name += "-\(number)"
            return objective
        }
        report.incidents = (0..<50).map { _ in
            var incident = sample.incidents[0]
            incident.timeline = (0..<12).map { incident.timeline[$0 % incident.timeline.count] }
            return incident
        }
        report.events.newByDay = (0..<62).map { $0 * 37 % 90 }
        report.causes = (0..<20).flatMap { _ in sample.causes.prefix(1) }
        report.changes = (0..<20).map { sample.changes[$0 % sample.changes.count] }
        report.maintenance = (0..<20).map { sample.maintenance[$0 % sample.maintenance.count] }
        report.notes = (0..<40).map { sample.notes[$0 % sample.notes.count] }
        report.actions = (0..<20).map { sample.actions[$0 % sample.actions.count] }
        report.alarms = (0..<30).map { sample.alarms[$0 % sample.alarms.count] }
        report.reading.damaged = (0..<20).flatMap { _ in sample.reading.damaged }
        return report
    }
}
