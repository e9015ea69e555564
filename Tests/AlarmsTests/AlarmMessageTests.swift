// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import TestSupport
import Testing

struct AlarmMessageTests {
    private func messages(_ change: (inout Alarm) -> Void = { _ in }) throws -> [AlarmMessage] {
        let alarm = alarm("feed.success[60m].groupBy(job).absent(3d) == 1") {
            $0.key = "feed-stale"
            $0.displayName = "feed stale"
            $0.body = "No event feed for an hour. Runbook: https://example.org/rb/feed"
            change(&$0)
        }
        let streams = [stream("feed.success", ["job": "poll"], from: 0, every: 30, [1, 1, 1, nil, nil, nil, nil, 1])]
        let id = "ocid1.alarm.oc1.eu-frankfurt-1.exampleuniqueID"
        return try AlarmSimulation(alarm: alarm, id: id)
            .run(over: MetricStore(streams), from: minute(60), until: minute(240)).messages
    }

    @Test func `a message is as recorded ones are`() throws {
        let messages = try messages()
        #expect(letters(messages) == "120 OK_TO_FIRING 210 FIRING_TO_OK")
        try expectGolden(messages.map { $0.rendered(as: .prettyJSON) + "\n" }.joined(), "message.json")
    }

    @Test func `RAW is one line and says the same`() throws {
        let message = try #require(try messages().first)
        let raw = message.rendered(as: .raw)
        #expect(!raw.contains("\n"))
        #expect(try JSONValue.parse(raw) == JSONValue.parse(message.rendered(as: .prettyJSON)))
    }

    @Test func `a formatted mail has a label a line`() throws {
        let messages = try messages { $0.notificationTitle = "{{severity}}: {{dimensions.job}} stale" }
        let text = messages.map { $0.subject(as: .onsOptimized) + "\n\n" + $0.rendered(as: .onsOptimized) }
        try expectGolden(text.joined(separator: "\n"), "message.mail.txt")
    }

    @Test func `the subject of a JSON mail is the title, a short message keeps variables as written`() throws {
        let message = try #require(try messages { $0.notificationTitle = "{{severity}}!" }.first)
        #expect(message.subject(as: .raw) == "CRITICAL!")
        #expect(message.shortMessage == "OK_TO_FIRING CRITICAL {{severity}}! 2026-01-05T02:00:00Z")
    }

    @Test func `variables are replaced in title, body and summary`() throws {
        let message = try #require(
            try messages {
                $0.notificationTitle = "{{status}} {{metricValues}} {{title}}"
                $0.body = "{{title}} | {{alarmSummary}} | {{{query}}} | {{id}} {{version}} {{timestampEpochMillis}}"
                $0.alarmSummary = "{{query}} {{totalMetricsFiring}} {{dimensions.job}} {{dimensions.host}} {{foo}}"
            }.first)
        let summary = "feed.success[60m].groupBy(job).absent(3d) == 1 1 poll {{dimensions.host}} {{foo}}"
        #expect(message.summary == summary)
        #expect(message.title == "FIRING [feed.success[60m].groupBy(job).absent(3d):1.00] {{title}}")
        #expect(
            message.body
                == "\(message.title) | \(summary) | feed.success[60m].groupBy(job).absent(3d) == 1 | "
                + "ocid1.alarm.oc1.eu-frankfurt-1.exampleuniqueID 1.5 1767578400000")
    }

    @Test func `a message about an end has no metric values`() throws {
        let message = try #require(try messages { $0.body = "{{metricValues}} {{status}}" }.last)
        #expect(message.body == "{{metricValues}} OK")
        #expect(message.metricValues.isEmpty && message.dimensions == [["job": "poll"]])
    }

    @Test func `a split message says so`() throws {
        let message = try #require(
            try messages {
                $0.isPerStream = true
                $0.pendingMilliseconds = 300_000
            }.first)
        #expect(message.json["notificationType"] == "Split messages per metric stream")
        #expect(message.summary.contains("because the resources with dimensions listed below meet the trigger rule"))
        #expect(message.summary.hasSuffix("with a trigger delay of 5 minutes"))
    }

    @Test func `a join lists a value for each of its comparisons`() throws {
        let alarm = alarm("err[1m].sum() > 1 && 5 < lat[1m].mean() && (cpu[1m].max() + 1) in (0, 9)")
        let streams = [stream("err", [2]), stream("lat", [-9.005, 9]), stream("lat", [9.125]), stream("cpu", [3])]
        let message = try #require(try play(alarm, Array(streams.dropFirst(2)) + [streams[0]], 1...1).messages.first)
        #expect(
            message.json["alarmMetaData"]?.array?.first?["metricValues"] == [
                ["err[1m].sum()": "2.00", "lat[1m].mean()": "9.13", "(cpu[1m].max() + 1)": "4.00"]
            ])
    }

    @Test(arguments: [
        (0, "0.00"), (-0.5, "-0.50"), (1.005, "1.00"), (92, "92.00"), (-0.001, "0.00"), (123_456.789, "123456.79"),
        (0.05, "0.05"), (1e300, "1e+300"),
    ])
    func `a value has two decimals`(value: Double, text: String) {
        #expect(MetricValue(query: "q", value: value).text == text)
    }

    @Test func `the key that ties messages together is the alarm's, or the stream's if split`() throws {
        let grouped = try messages()
        #expect(Set(grouped.map(\.dedupeKey)).count == 1)
        let split = try messages { $0.isPerStream = true }
        #expect(Set(split.map(\.dedupeKey)).count == 1)
        #expect(split.first?.dedupeKey != grouped.first?.dedupeKey)
        #expect(grouped.first?.dedupeKey.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
    }

    @Test func `an alarm that lives nowhere gets an OCID of its key`() throws {
        let alarm = alarm("cpu[1m].max() > 5") { $0.key = "module.a[\"å\"]" }
        let message = try #require(try play(alarm, [stream("cpu", [9])], 1...1).messages.first)
        #expect(OCID(message.alarmID)?.kind == "alarm")
        #expect(message.alarmURL == "https://cloud.oracle.com/monitoring/alarms/\(message.alarmID)")
    }
}

struct MessageTemplateTests {
    private let values = MessageValues(
        texts: ["severity": "INFO", "query": "a < b & \"c\" > d"], dimensions: [["job": "x"], ["host": "y"]])

    @Test(arguments: [
        ("", ""), ("{{severity}}", "INFO"), ("{{ severity }}", "INFO"),
        ("{{query}}", "a &lt; b &amp; &quot;c&quot; &gt; d"),
        ("{{{query}}}", "a < b & \"c\" > d"), ("{{dimensions.host}}-{{dimensions.job}}", "y-x"),
        ("{{dimensions.}}{{Severity}}", "{{dimensions.}}{{Severity}}"), ("{{severity", "{{severity"),
        ("{severity}} {{a{{severity}}", "{severity}} {{aINFO"), ("{{{severity}}", "{{{severity}}"),
        ("}}{{}}", "}}{{}}"),
    ])
    func `variables with a value are replaced, all else stays`(template: String, text: String) {
        #expect(MessageTemplate(template).rendered(values) == text)
    }

    @Test func `a template tells its variables`() {
        let variables = MessageTemplate("{{title}} {{{dimensions.job}}} {{job}} {{dimensions.}}").variables
        #expect(variables.map(\.name) == ["title", "dimensions.job", "job", "dimensions."])
        #expect(variables.map(\.isKnown) == [true, true, false, false])
        #expect(variables.map(\.isEscaped) == [true, false, true, true])
    }

    @Test func `no text makes the reader fall over`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in "{}as. ".randomElement(using: &random) ?? "{" })
            #expect(MessageTemplate(text).rendered(MessageValues(texts: [:])) == text)
        }
    }
}
