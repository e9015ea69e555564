// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import Testing

struct BacktestTests {
    private static let minute: Int64 = 60_000
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000
    private static let week: Int64 = 7 * day
    /// 2026-01-05T00:00:00Z
    private static let start: Int64 = 1_767_571_200_000

    private func alarm(_ key: String, _ query: String, _ change: (inout Alarm) -> Void = { _ in }) -> Alarm {
        var alarm = Alarm()
        alarm.key = key
        alarm.displayName = key
        alarm.namespace = "n"
        alarm.query = query
        change(&alarm)
        return alarm
    }

    private var alarms: [Alarm] {
        [
            alarm("stale", "age[5m].groupBy(job).last() > 3600") {
                $0.pendingMilliseconds = 2 * Self.minute
                $0.repeatMilliseconds = Self.hour
                var long = AlarmOverride(ruleName: "LONG")
                long.query = "age[5m].groupBy(job).last() > 7200"
                $0.severity = .warning
                long.severity = .critical
                $0.overrides = [long]
            },
            alarm("silent", "good[1h].groupBy(job).absent(3d)") { $0.severity = .critical },
            alarm("failing", "failed[2h].groupBy(job).sum() >= 2") { $0.severity = .error },
        ]
    }

    private func stream(_ metric: String, _ points: [Datapoint]) -> MetricStream {
        MetricStream(StreamIdentity(namespace: "n", metric: metric, dimensions: ["job": "poll"]), points)
    }

    /// A job that runs half-hourly but for its outages (in minutes from the start), and a checker that lives on.
    private func data(from: Int64, until: Int64, outages: [ClosedRange<Int64>]) -> [MetricStream] {
        var good: [Datapoint] = []
        var failed: [Datapoint] = []
        var age: [Datapoint] = []
        for instant in stride(from: from, to: until, by: Int(Self.minute)) {
            let minutes = (instant - Self.start) / Self.minute
            let outage = outages.first { $0.contains(minutes) }
            if minutes % 30 == 0 {
                failed.append(Datapoint(at: instant, outage == nil ? 0 : 1))
                if outage == nil { good.append(Datapoint(at: instant, 1)) }
            }
            let last = outage.map { ($0.lowerBound - 1) / 30 * 30 } ?? minutes / 30 * 30
            age.append(Datapoint(at: instant, Double(minutes - last) * 60))
        }
        return [stream("good", good), stream("failed", failed), stream("age", age)]
    }

    private func report(
        weeks: Int64, piece: Int64 = week, outages: [ClosedRange<Int64>], incidents: [AnnotatedIncident]? = nil
    ) throws -> BacktestReport {
        var backtest = try Backtest(alarms: alarms, from: Self.start)
        var from = Self.start
        while from < Self.start + weeks * Self.week {
            backtest.advance(
                with: data(from: from, until: from + piece, outages: outages), until: from + piece - Self.minute)
            from += piece
        }
        return backtest.report(incidents: incidents)
    }

    @Test func `a quiet month fires nothing`() throws {
        let report = try report(weeks: 4, outages: [], incidents: [])
        #expect(report.firings.isEmpty)
        #expect(report.isFlawless)
        #expect(report.points == 4 * 7 * (1440 + 96))
    }

    @Test func `an outage fires each alarm once, with times, rules and ends`() throws {
        let report = try report(weeks: 1, outages: [601...960])
        let firings = report.firings.map {
            "\($0.alarm) \(($0.from - Self.start) / Self.minute) \((($0.until ?? 0) - Self.start) / Self.minute) \($0.rule) \($0.repeats) \($0.didReset)"
        }
        #expect(
            firings == [
                "failing 660 1050 BASE 0 false", "silent 660 990 BASE 0 false", "stale 662 961 LONG 4 false",
            ])
        #expect(report.firings.map(\.severity) == [.error, .critical, .critical])
        #expect(report.firings.allSatisfy { $0.isTrue == nil && $0.deliveredAt == $0.from + 180_000 })
    }

    @Test(arguments: [day, 5 * hour, 97 * minute])
    func `pieces of any length give the same as the whole`(piece: Int64) throws {
        let outages: [ClosedRange<Int64>] = [100...400, 1430...1450, 3000...9000]
        let pieces = try report(weeks: 1, piece: piece, outages: outages)
        let store = MetricStore(data(from: Self.start, until: Self.start + Self.week + piece, outages: outages))
        for alarm in alarms {
            let timeline = try AlarmSimulation(alarm: alarm).run(
                over: store, from: Self.start, until: pieces.until)
            let own = pieces.firings.filter { $0.alarm == alarm.key }
            #expect(own.map(\.from) == timeline.episodes.map(\.from))
            #expect(own.map(\.until) == timeline.episodes.map(\.until))
            #expect(own.reduce(0) { $0 + $1.repeats } == timeline.messages.count { $0.type == .repeated })
        }
    }

    @Test func `points that arrive late are not seen before`() throws {
        var backtest = try Backtest(alarms: [alarm("a", "m[1m].max() > 5")], from: Self.start)
        let late = (1...5).map {
            Datapoint(at: Self.start + $0 * Self.minute, 9, arrival: Self.start + 30 * Self.minute)
        }
        let soon = (6...9).map { Datapoint(at: Self.start + $0 * Self.minute, 9) }
        backtest.advance(with: [stream("m", late + soon)], until: Self.start + Self.hour)
        #expect(backtest.report().firings.map(\.from) == [Self.start + 6 * Self.minute])
    }

    @Test func `an absence alarm gives up after three days, which is told`() throws {
        let report = try report(weeks: 2, outages: [601...9000])
        let silent = try #require(report.firings.first { $0.alarm == "silent" })
        #expect(silent.didReset)
        #expect(try #require(silent.until) - silent.from == 3 * Self.day + 10 * Self.minute)
        #expect(report.text().contains("3d10m, ended by reset"))
    }

    @Test func `firings are true or false by the list of incidents`() throws {
        let outages: [ClosedRange<Int64>] = [601...960, 3001...3100]
        let incidents = [
            AnnotatedIncident(
                from: Self.start + 601 * Self.minute, until: Self.start + 960 * Self.minute, what: "host down",
                alarms: ["stale", "silent"]),
            AnnotatedIncident(from: Self.start + Self.day * 4, until: nil, what: "nothing seen of it"),
        ]
        let report = try report(weeks: 1, outages: outages, incidents: incidents)
        #expect(report.firings.filter { $0.isTrue == true }.map(\.alarm) == ["silent", "stale"])
        #expect(report.firings.filter { $0.isTrue == false }.map(\.alarm) == ["failing", "failing", "silent", "stale"])
        #expect(report.falsePages.map(\.alarm) == ["silent"])
        #expect(!report.isFlawless)
        let detections = try #require(report.detections)
        #expect(detections.map(\.first) == ["silent", nil])
        #expect(detections.map(\.afterMilliseconds) == [62 * Self.minute, nil])
        #expect(detections.map(\.missing) == [[], []])
        #expect(report.text().contains("6 firings, 4 false (1 would page); 1 of 2 incidents detected\n"))
        #expect(report.json["incidents"]?.array?.first?["afterSeconds"]?.int == 3720)
        #expect(report.summaries.map(\.falseFirings) == [1, 1, 2])
    }

    @Test func `an alarm that should have fired is named`() throws {
        let incident = AnnotatedIncident(
            from: Self.start, until: Self.start + Self.day, what: "bad day", alarms: ["stale", "checker"])
        let report = try report(weeks: 1, outages: [601...665], incidents: [incident])
        #expect(report.detections?.first?.missing == ["checker"])
        #expect(report.text().contains("bad day: detected after 11h5m by stale; silent: checker"))
    }

    @Test func `a list of incidents is YAML or JSON`() throws {
        let yaml = """
            incidents:
              - {from: 2026-01-05T10:00:00Z, until: 2026-01-05T16:00:00+01:00, what: host down, alarms: [a]}
              - {from: 2026-02-01T00:00:00Z, what: still going on}
            """
        let json =
            #"{"incidents": [{"from": "2026-01-05T10:00:00Z", "until": "5h", "what": "host down", "alarms": ["a"]}, {"from": "2026-02-01T00:00:00Z", "what": "still going on"}]}"#
        let list = try AnnotatedIncident.list(path: "i.yaml", bytes: Array(yaml.utf8))
        #expect(list == (try AnnotatedIncident.list(path: "i.json", bytes: Array(json.utf8))))
        #expect(list.first?.until == Self.start + 15 * Self.hour)
        let error = #expect(throws: AlarmTestError.self) {
            try AnnotatedIncident.list(path: "i.yaml", bytes: Array("incidents: [{from: 2026-13-01T00:00:00Z}]".utf8))
        }
        #expect(error?.problems.count == 2)
    }

    private func incident(_ from: Int64, _ until: Int64?, _ what: String, _ alarms: [String] = []) -> AnnotatedIncident
    {
        AnnotatedIncident(
            from: Self.start + from * Self.minute, until: until.map { Self.start + $0 * Self.minute }, what: what,
            alarms: alarms)
    }

    @Test func `a firing that began before an incident has not detected it`() throws {
        let report = try report(
            weeks: 1, outages: [601...1200],
            incidents: [incident(900, 1000, "later", []), incident(1205, 1215, "echo")])
        #expect(report.detections?.map(\.isDetected) == [false, false])
        #expect(report.firings.map(\.isTrue) == [false, false, false])
        #expect(report.text().contains("later: NOT DETECTED"))
    }

    @Test func `a firing that begins while the window still shows an incident has detected it`() throws {
        let report = try report(weeks: 1, outages: [601...665], incidents: [incident(601, 656, "short")])
        #expect(report.detections?.first?.first == "failing")
        #expect(report.firings.map(\.isTrue) == [true, true, true])
    }

    @Test func `a watchdog detects nothing but its own silence`() throws {
        let watchdog = alarm("watchdog", "age[5m].groupBy(job).last() >= 0") {
            $0.destinations = [AlarmTemplate.standIns()[.watchdogTopicID] ?? ""]
        }
        var backtest = try Backtest(alarms: [watchdog], from: Self.start)
        let data = data(from: Self.start, until: Self.start + Self.day, outages: [])
        backtest.advance(with: data, until: Self.start + Self.day - Self.minute)
        let incidents = [incident(0, 600, "any"), incident(0, nil, "its own", ["watchdog"])]
        let report = backtest.report(incidents: incidents)
        #expect(report.detections?.map(\.first) == [nil, "watchdog"])
        #expect(report.firings.map(\.isTrue) == [true])
    }

    @Test func `an incident outside of the data is neither detected nor missed`() throws {
        let incidents = [incident(-600, -300, "before", ["stale"]), incident(30_000, nil, "after")]
        let report = try report(weeks: 1, outages: [], incidents: incidents)
        #expect(report.isFlawless)
        #expect(report.text().contains("before: outside of the data\n"))
        #expect(report.text().hasSuffix("0 of 0 incidents detected, 2 outside of the data\n"))
        #expect(report.json["incidents"]?.array?.map { $0["detected"] } == [.null, .null])
    }

    @Test func `an incident that names no alarm there is cannot be read`() {
        let text = "incidents:\n  - {from: 2026-01-05T10:00:00Z, what: x, alarms: [stale, slient]}"
        let error = #expect(throws: AlarmTestError.self) {
            try AnnotatedIncident.list(path: "i.yaml", bytes: Array(text.utf8), among: ["stale", "silent"])
        }
        let message = "i.yaml:2:59: there is no alarm \"slient\" (did you mean \"silent\"?)"
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test func `a query that cannot be read is an error`() {
        #expect(throws: AlarmError.self) { try Backtest(alarms: [alarm("a", "m[1m")], from: 0) }
    }
}
