// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import ServiceLevels
import TestSupport
import Testing

@Suite struct ReportJSONTests {
    private static let reports = [
        Report.sample, .sampleWithoutData, .sampleOfLongDay, .sampleOfShortDay,
        ReportHistory().report(ReportHistory.week, slos: [ReportHistory.freshness]),
    ]

    @Test(arguments: reports.indices)
    func `it is JSON that reads back as it was`(index: Int) throws {
        let json = Self.reports[index].json
        let back = try JSONValue.parse(json.text)
        let isSame = back == json
        #expect(isSame)
        #expect(json["schema"] == 1)
        #expect(json["type"] == "slo_report")
    }

    @Test func `instants are UTC, durations seconds, ratios shares, and unknown is no number`() throws {
        let json = Report.sample.json
        #expect(json["period"]?["from"] == "2026-11-15T23:00:00.000Z")
        #expect(json["period"]?["label"] == "2026-W47")
        #expect(json["is_over"] == true)
        let freshness = try #require(json["objectives"]?.array?.first)
        #expect(freshness["target"]?.double == 0.995)
        #expect(freshness["indicator"] == ["type": "fresh_minutes", "limit_seconds": 3_600])
        #expect(freshness["window"] == ["type": "rolling", "days": 28])
        #expect(freshness["in_period"]?["counted"]?["bad"] == 142)
        #expect(freshness["in_period"]?["whole"]?["bad"] == 202)
        #expect(freshness["in_period"]?["excluded"] == 120)
        #expect(freshness["in_period"]?["counted"]?["ratio"]?.double == 9_756.0 / 9_898)
        #expect(freshness["in_period"]?["counted"]?["worst_ratio"]?.double == 9_756.0 / 9_960)
        #expect(freshness["budget"]?["allowed"]?.double == 200.25)
        #expect(freshness["budget"]?["left"]?.double == 25.25)
        #expect(freshness["burn_rates"]?.array?.first == ["window_seconds": 3_600, "rate": 20])
        #expect(freshness["projection"] == ["word": "used_up", "in_seconds": .double(1.9 * 86_400)])
        #expect(freshness["trend"]?.array?.count == 12)
        #expect(freshness["trend"]?.array?.first?["counted"]?["ratio"]?.isNull == true)
        let incident = try #require(json["incidents"]?.array?.first)
        #expect(incident["detection_seconds"] == 240)
        #expect(incident["repair_seconds"] == 7_200)
        #expect(incident["bad_seconds"] == 7_200)
        #expect(json["incidents"]?.array?.last?["ended_at"]?.isNull == true)
        #expect(json["notes"]?.array?[1]["text"]?.string?.hasPrefix("<script>") == true)
    }

    @Test func `every member is described where the JSON is made`() throws {
        let path = packageRoot + "/Sources/ServiceLevels/Report/Data/Report+JSON.swift"
        let source = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let comment = source.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("///") }.joined()
        let described = Set(comment.split(separator: "`").map(String.init))
        var missing: Set<String> = []
        func visit(_ value: JSONValue) {
            for member in value.object ?? [] {
                if !described.contains(member.name) { missing.insert(member.name) }
                visit(member.value)
            }
            for element in value.array ?? [] { visit(element) }
        }
        visit(Report.sample.json)
        #expect(missing.isEmpty)
    }

    @Test func `what no JSON can say is null`() {
        var report = Report.sample
        report.storage.bytesADay = .infinity
        report.runs.duration.p50 = .nan
        #expect(report.json["storage"]?["bytes_a_day"]?.isNull == true)
        #expect(report.json["runs"]?["duration_seconds"]?["p50"]?.isNull == true)
    }

    @Test func `each kind of period, window, cause, projection and event has its word`() {
        var report = Report.sample
        let month = CalendarMonth(year: 2026, month: 11)
        report.period = .month(month)
        #expect(report.json["period"]?["kind"] == "month")
        report.period = .since(0, until: 60)
        #expect(report.json["period"]?["kind"] == "since")
        report.objectives = [SLO.Window.calendarWeek, .calendarMonth].map { window in
            var objective = Report.sample.objectives[1]
            objective.slo.window = window
            objective.projection = window == .calendarWeek ? .spent : .unknown
            return objective
        }
        let objectives = report.json["objectives"]?.array ?? []
        #expect(objectives.map { $0["window"]?["type"] } == ["calendar_week", "calendar_month"])
        #expect(objectives.map { $0["projection"]?["word"] } == ["spent", "unknown"])
        let causes: [IncidentCause] = [
            .partial(runs: 2), .tooSeldom, .noRuns, .skipped(reason: "locked", runs: 1), .clockSet,
        ]
        report.incidents = causes.map { cause in
            var incident = Report.sample.incidents[0]
            incident.cause = cause
            incident.timeline = [TimelineEntry(at: incident.startedAt, event: .maintenanceEnded(reason: "done"))]
            return incident
        }
        let words = report.json["incidents"]?.array?.map { $0["cause"]?["type"] }
        #expect(words == ["partial", "too_seldom", "no_runs", "skipped", "clock_set"])
        #expect(report.json["incidents"]?.array?[0]["timeline"]?.array?[0]["event"] == "maintenance_ended")
    }

    @Test func `a report as JSON is small enough for a browser`() {
        #expect(Report.sample.json.encoded().count < 150_000)
    }
}
