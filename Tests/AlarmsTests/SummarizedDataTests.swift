// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import Testing

struct SummarizedDataTests {
    /// Made by hand after the service's reference; two calls, one of them as the CLI saves it.
    private let answers = """
        [
          [{"namespace": "n", "resourceGroup": null, "compartmentId": "c", "name": "failed",
            "dimensions": {"job": "poll"}, "metadata": {"unit": "{run}"}, "resolution": "1m",
            "aggregatedDatapoints": [
              {"timestamp": "2026-01-05T00:00:00.000Z", "value": 1.0}, {"timestamp": "2026-01-05T00:01:00.000Z", "value": null},
              {"timestamp": "2026-01-05T00:02:00.000Z", "value": 2.5}]}],
          {"data": [{"namespace": "n", "resource-group": "g", "name": "age", "dimensions": {}, "resolution": "5m",
            "aggregated-datapoints": [{"timestamp": "2026-01-05T00:05:00+00:00", "value": 60}]}]}
        ]
        """

    @Test func `each aggregated point becomes one raw point at its label`() throws {
        let data = try SummarizedData(bytes: Array(answers.utf8))
        #expect(data.streams.map(\.identity.metric) == ["failed", "age"])
        #expect(data.streams.map(\.identity.resourceGroup) == [nil, "g"])
        #expect(data.streams[0].identity.dimensions == ["job": "poll"])
        #expect(data.streams[0].points.map(\.value) == [1, 2.5])
        #expect(data.streams[0].points.map(\.timestamp) == [1_767_571_200_000, 1_767_571_320_000])
        #expect(data.first == 1_767_571_200_000 && data.last == 1_767_571_500_000)
        #expect(data.resolution == 300_000)
    }

    @Test func `one answer alone will do`() throws {
        let one = #"[{"namespace": "n", "name": "m", "dimensions": {"a": "b"}, "aggregatedDatapoints": []}]"#
        let data = try SummarizedData(bytes: Array(one.utf8))
        #expect(data.streams.count == 1 && data.first == nil)
    }

    @Test(arguments: [
        "{", "[1]", #"[{"name": "x"}]"#, #"[{"name": "x", "namespace": "n"}]"#,
        #"[{"name": "x", "namespace": "n", "aggregatedDatapoints": [{"value": 1}]}]"#,
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: SummarizedData.Problem.self) { try SummarizedData(bytes: Array(text.utf8)) }
    }

    @Test(
        arguments: [
            ("failed[2h].sum() > 1", ["failed": "sum"], []),
            ("failed[2h].groupBy(job).absent(3d)", [:], []),
            (
                "failed[2h].max() > 1", ["failed": "sum"],
                ["a: failed: max() is exact only over data fetched with max(), not sum()"]
            ),
            ("failed[2h].last() > 1", [:], ["a: failed: last() is exact only over data fetched with last()"]),
            (
                "failed[2h].count() > 1", ["failed": "count"],
                ["a: failed: count() counts one for each minute, not for each point posted"]
            ),
            ("failed[2h].mean() > 1", [:], ["a: failed: mean() weighs every minute alike, however many points it had"]),
            ("failed[2h].percentile(0.9) > 1", [:], ["a: failed: percentile() of minutes is not that of points"]),
            ("failed[2h].rate() > 1", [:], ["a: failed: rate(), increment() and first() see one point a minute"]),
            ("other[2h].max() > 1", [:], ["a: there are no data of other"]),
        ] as [(String, [String: String], [String])])
    func `what cannot be replayed exactly is said`(query: String, fetched: [String: String], caveats: [String]) throws {
        var alarm = Alarm()
        alarm.key = "a"
        alarm.query = query
        let data = try SummarizedData(bytes: Array(answers.utf8))
        let late = "the data have a point every 5m only: times are late by up to that"
        #expect(data.caveats(for: [alarm], fetchedWith: fetched) == [late] + caveats)
    }

    @Test func `answers can be back-tested`() throws {
        var alarm = Alarm()
        alarm.key = "a"
        alarm.namespace = "n"
        alarm.query = "failed[2m].groupBy(job).sum() > 2"
        let data = try SummarizedData(bytes: Array(answers.utf8))
        var backtest = try Backtest(alarms: [alarm], from: try #require(data.first))
        backtest.advance(with: data.streams, until: try #require(data.last))
        #expect(backtest.report().firings.map(\.from) == [1_767_571_320_000])
    }
}
