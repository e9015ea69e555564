// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import TestSupport
import Testing
import Transport

@Suite struct MonitoringTests {
    static let ingestion = "https://telemetry-ingestion.eu-stockholm-1.oraclecloud.com/20180401"
    static let host = "https://telemetry.eu-stockholm-1.oraclecloud.com/20180401"

    static func metric(_ name: String, dimensions: [String: String] = ["job": "polisen"], ago: Double = 30)
        -> MetricData
    {
        MetricData(
            identity: MetricIdentity(
                namespace: "polisen_collector", name: name, resourceGroup: nil, compartment: "c", dimensions: dimensions
            ),
            datapoints: [.init(timestamp: Date(timeIntervalSince1970: 1_784_635_200 - ago), value: 12.5)])
    }

    static func echo(_ metric: MetricData) -> String {
        var object = metric.json.object ?? []
        object.append(JSONMember("resourceGroup", .null))
        object.append(JSONMember("metadata", .null))
        return #"{"message":"too old","metricData":\#(JSONValue.object(object.reversed()).text)}"#
    }

    @Test func `a post goes to the ingestion host with all six headers signed`() async throws {
        let harness = try ClientHarness(replies: [.with(200, #"{"failedMetricsCount":0,"failedMetrics":[]}"#)])
        var metric = Self.metric("run_duration_seconds", dimensions: ["b": "2", "a": "1"])
        metric.identity = MetricIdentity(
            namespace: "polisen_collector", name: "run_duration_seconds", resourceGroup: "g", compartment: "c",
            dimensions: ["b": "2", "a": "1"])
        metric.metadata = ["unit": "s"]
        metric.datapoints.append(.init(timestamp: Date(timeIntervalSince1970: 1_784_635_200), value: 3, count: 2))
        let result = try await Monitoring(client: harness.client).post([metric], isAtomic: true)
        #expect(result.failures.isEmpty && result.failedCount == 0)
        #expect(harness.lines == ["POST \(Self.ingestion)/metrics"])
        #expect(harness.script.calls.first?.signedHeaders == SecretsTests.allSigned)
        #expect(
            harness.bodies == [
                #"{"metricData":[{"namespace":"polisen_collector","resourceGroup":"g","compartmentId":"c","name":"run_duration_seconds","dimensions":{"a":"1","b":"2"},"metadata":{"unit":"s"},"datapoints":[{"timestamp":"2026-07-21T11:59:30.000Z","value":12.5},{"timestamp":"2026-07-21T12:00:00.000Z","value":3,"count":2}]}],"batchAtomicity":"ATOMIC"}"#
            ])
    }

    @Test func `refusals inside a 200 are matched to what was sent`() async throws {
        let metrics = [
            Self.metric("a"), Self.metric("b"), Self.metric("b", ago: 60), Self.metric("b", dimensions: ["job": "x"]),
        ]
        let failed = [metrics[3], metrics[2], metrics[1], Self.metric("unknown")].map(Self.echo).joined(separator: ",")
        let harness = try ClientHarness(replies: [.with(200, #"{"failedMetricsCount":5,"failedMetrics":[\#(failed)]}"#)]
        )
        let result = try await Monitoring(client: harness.client).post(metrics)
        #expect(result.failures.map(\.index) == [3, 2, 1, nil])
        #expect(result.failures.allSatisfy { $0.message == "too old" })
        #expect(result.failedCount == 5)
    }

    @Test(arguments: [#"{}"#, #"{"failedMetricsCount":null,"failedMetrics":null}"#])
    func `an answer without failures means none`(body: String) async throws {
        let harness = try ClientHarness(replies: [.with(200, body)])
        #expect(try await Monitoring(client: harness.client).post([Self.metric("a")]).failedCount == 0)
    }

    @Test func `a post that may have arrived is not repeated`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport([.failure(.timeout(phase: .answer, host: "h", after: .seconds(2))), .success(.with(200))])
        )
        let monitoring = Monitoring(client: harness.client)
        let error = await failure { () async throws(OCIError) in try await monitoring.post([Self.metric("a")]) }
        #expect(error?.reason == "timeout")
        #expect(harness.script.calls.count == 1)
    }

    @Test(arguments: [0, 51])
    func `a batch of no or too many objects is not sent`(count: Int) async throws {
        let harness = try ClientHarness(replies: [])
        let monitoring = Monitoring(client: harness.client)
        let metrics = Array(repeating: Self.metric("a"), count: count)
        let error = await failure { () async throws(OCIError) in try await monitoring.post(metrics) }
        #expect(error?.reason == "unusable" && harness.script.calls.isEmpty)
    }

    @Test(arguments: ["[]", "x", ""])
    func `a post answered with something else cannot be read`(body: String) async throws {
        let harness = try ClientHarness(replies: [.with(200, body)])
        let monitoring = Monitoring(client: harness.client)
        let error = await failure { () async throws(OCIError) in try await monitoring.post([Self.metric("a")]) }
        #expect(error?.reason == "unreadable_body")
    }

    @Test func `a query gives series in time's order`() async throws {
        let body = """
            [{"namespace":"n","resourceGroup":null,"compartmentId":"c","name":"m","dimensions":{"job":"p"},"metadata":null,
            "resolution":null,"aggregatedDatapoints":[{"timestamp":"2026-07-21T11:01:00Z","value":2},
            {"timestamp":"2026-07-21T11:00:00.000000000Z","value":1.5e0}]}]
            """
        let harness = try ClientHarness(replies: [.with(200, body), .with(200, "[]")])
        let monitoring = Monitoring(client: harness.client)
        let series = try await monitoring.summarize(
            namespace: "n", query: #"m[1m]{job = "p"}.mean()"#, compartment: "c", resourceGroup: "g",
            start: Date(timeIntervalSince1970: 1_784_631_600), end: Date(timeIntervalSince1970: 1_784_635_200),
            resolution: "1m", includingSubtree: true)
        #expect(series.first?.datapoints.map(\.value) == [1.5, 2])
        #expect(series.first?.identity.dimensions == ["job": "p"])
        #expect(
            harness.lines == [
                "POST \(Self.host)/metrics/actions/summarizeMetricsData?compartmentId=c&compartmentIdInSubtree=true"
            ])
        #expect(
            harness.bodies == [
                #"{"namespace":"n","query":"m[1m]{job = \"p\"}.mean()","resourceGroup":"g","startTime":"2026-07-21T11:00:00.000Z","endTime":"2026-07-21T12:00:00.000Z","resolution":"1m"}"#
            ])
        #expect(try await monitoring.summarize(namespace: "n", query: "q", compartment: "c").isEmpty)
        #expect(harness.bodies.last == #"{"namespace":"n","query":"q"}"#)
    }

    @Test func `a datapoint without a value is an error, not a gap`() async throws {
        let body = #"[{"aggregatedDatapoints":[{"timestamp":"2026-07-21T11:01:00Z","value":null}]}]"#
        let harness = try ClientHarness(replies: [.with(200, body)])
        let monitoring = Monitoring(client: harness.client)
        let error = await failure { () async throws(OCIError) in
            try await monitoring.summarize(namespace: "n", query: "q", compartment: "c")
        }
        #expect(error?.reason == "unreadable_body")
    }

    @Test func `streams are listed page by page`() async throws {
        let harness = try ClientHarness(replies: [
            .with(
                200, #"[{"name":"a","namespace":"n","resourceGroup":null,"compartmentId":"c","dimensions":{"k":"v"}}]"#,
                ["opc-next-page": "2"]),
            .with(200, #"[{"name":"b"}]"#),
        ])
        let found = try await Monitoring(client: harness.client).listMetrics(
            compartment: "c", namespace: "n", dimensions: ["k": "v"])
        #expect(found.map(\.name) == ["a", "b"])
        #expect(found.first?.dimensions == ["k": "v"])
        #expect(harness.bodies == Array(repeating: #"{"namespace":"n","dimensionFilters":{"k":"v"}}"#, count: 2))
        #expect(harness.lines.last == "POST \(Self.host)/metrics/actions/listMetrics?compartmentId=c&page=2")
    }

    @Test func `alarm states with unknown texts and nulls are read`() async throws {
        let body = """
            [{"id":"a1","displayName":"freshness","severity":"CRITICAL","status":"FIRING","ruleName":"BASE",
            "timestampTriggered":"2026-07-21T11:00:00Z","alarmSummary":"s","suppression":null},
            {"id":"a2","status":"DREAMING","suppression":{"timeSuppressFrom":"x"},"new":{}}]
            """
        let harness = try ClientHarness(replies: [.with(200, body)])
        let alarms = try await Monitoring(client: harness.client).alarmsStatus(compartment: "c", displayName: "f")
        #expect(harness.lines == ["GET \(Self.host)/alarms/status?compartmentId=c&displayName=f"])
        #expect(alarms.map(\.status) == ["FIRING", "DREAMING"])
        #expect(alarms.map(\.isSuppressed) == [false, true])
        #expect(alarms.first?.timestampTriggered == Date(timeIntervalSince1970: 1_784_631_600))
    }

    @Test func `alarm history is read page by page with the service's own spelling`() async throws {
        let entry =
            #"{"summary":"s","timestamp":"2026-07-21T11:00:00.5Z","alarmSummary":"a","timestampTriggered":null}"#
        let harness = try ClientHarness(replies: [
            .with(200, #"{"alarmId":"a1","isEnabled":true,"entries":[\#(entry)]}"#, ["opc-next-page": "p"]),
            .with(200, #"{"entries":[]}"#),
        ])
        let entries = try await Monitoring(client: harness.client).alarmHistory(
            "a1", kind: .stateTransition, from: Date(timeIntervalSince1970: 1_784_631_600),
            until: Date(timeIntervalSince1970: 1_784_635_200))
        #expect(entries.count == 1 && entries.first?.timestampTriggered == nil && entries.first?.alarmSummary == "a")
        let base =
            "GET \(Self.host)/alarms/a1/history?alarmHistorytype=STATE_TRANSITION_HISTORY"
            + "&timestampGreaterThanOrEqualTo=2026-07-21T11%3A00%3A00.000Z&timestampLessThan=2026-07-21T12%3A00%3A00.000Z"
        #expect(harness.lines == [base, base + "&page=p"])
    }

    @Test func `alarm history that goes in circles is an error`() async throws {
        let harness = try ClientHarness(
            ScriptedTransport { (_, _) async throws(TransportError) in
                .with(200, #"{"entries":[]}"#, ["opc-next-page": "same"])
            })
        let monitoring = Monitoring(client: harness.client)
        let error = await failure { () async throws(OCIError) in try await monitoring.alarmHistory("a1") }
        #expect(error?.reason == "unreadable_body")
    }
}
