// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

struct ServicesTests {
    private static let compartment = "ocid1.compartment.oc1..localociexamplecompartment"
    private static let vault = "ocid1.vault.oc1.eu-stockholm-1.localociexamplevault"
    private static let topic = "ocid1.onstopic.oc1.eu-stockholm-1.localociexampletopic"

    // MARK: Secrets

    @Test(arguments: ["oci-user-ocid", "oci-tenancy-ocid", "oci-fingerprint", "oci-private-key", "oci-region"])
    func `the vault holds the API key's five secrets`(name: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let bundle = try await Secrets(client: try cloud.client()).bundle(named: name, vault: Self.vault)
            let text = String(decoding: bundle.content.reveal(), as: UTF8.self)
            switch name {
            case "oci-user-ocid": #expect(text == "ocid1.user.oc1..localociexampleuser")
            case "oci-tenancy-ocid": #expect(text == "ocid1.tenancy.oc1..localociexampletenancy")
            case "oci-fingerprint": #expect(text == (try cloud.cloud.client.key.fingerprint()))
            case "oci-private-key": #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----"))
            default: #expect(text == "eu-stockholm-1")
            }
            let byID = try await Secrets(client: try cloud.client()).bundle(id: bundle.secretID)
            #expect(byID.content == bundle.content)
        }
    }

    @Test func `a vault is found by name and other names are not`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let secrets = Secrets(client: try cloud.client())
            #expect(
                try await secrets.vaultID(named: "polisen-events-vault", compartment: Self.compartment) == Self.vault)
            await #expect(throws: OCIError.self) {
                _ = try await secrets.vaultID(named: "x", compartment: Self.compartment)
            }
            await #expect(throws: OCIError.self) { _ = try await secrets.bundle(named: "none", vault: Self.vault) }
            await #expect(throws: OCIError.self) { _ = try await secrets.bundle(named: "oci-region", vault: "other") }
            await #expect(throws: OCIError.self) { _ = try await secrets.bundle(id: "ocid1.vaultsecret.oc1.x.none") }
            let list = try await cloud.sendSigned(
                .get, "/20180608/secrets?compartmentId=\(Self.compartment)&name=oci-region")
            #expect(try JSONValue.parse(list.body).array?.count == 1)
        }
    }

    @Test func `a secret that is set again has a new version and keeps the old one`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            _ = try await cloud.send(.put, "/local/secrets/oci-region", body: Array("eu-frankfurt-1".utf8))
            func content(_ query: String) async throws -> String? {
                let target = "/20190301/secretbundles/actions/getByName?secretName=oci-region&vaultId=\(Self.vault)"
                let reply = try await cloud.sendSigned(.post, target + query, body: [])
                let encoded = try JSONValue.parse(reply.body)["secretBundleContent"]?["content"]?.string
                return encoded.flatMap { Base64.decode($0) }.map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(try await content("") == "eu-frankfurt-1")
            #expect(try await content("&stage=PREVIOUS") == "eu-stockholm-1")
            #expect(try await content("&versionNumber=1") == "eu-stockholm-1")
            #expect(try await content("&versionNumber=3") == nil)
        }
    }

    // MARK: Monitoring

    private static func metric(_ value: Double, age: Double = 0, now: Date, name: String = "runs") -> MetricData {
        MetricData(
            identity: MetricIdentity(
                namespace: "polisen_collector", name: name, resourceGroup: nil, compartment: compartment,
                dimensions: ["job": "polisen"]),
            datapoints: [.init(timestamp: now.addingTimeInterval(-age), value: value)])
    }

    @Test func `datapoints are taken, shown and summed up`() async throws {
        let clock = LocalClock()
        clock.set(instant("2026-01-05T12:00:30Z"), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            let monitoring = Monitoring(client: try cloud.client())
            let now = cloud.cloud.clock.now
            let result = try await monitoring.post([
                Self.metric(2, age: 1, now: now), Self.metric(3, age: 20, now: now),
            ])
            #expect(result.failedCount == 0)
            let shown = try await cloud.admin(.get, "/local/metrics?name=runs").array ?? []
            #expect(shown.compactMap { $0["value"]?.double } == [2, 3])
            let target = "/20180401/metrics/actions/summarizeMetricsData?compartmentId=\(Self.compartment)"
            func ask(_ query: String) async throws -> JSONValue {
                let body: JSONValue = ["namespace": "polisen_collector", "query": .string(query)]
                let reply = try await cloud.sendSigned(
                    .post, target, ["content-type": "application/json"], body: body.encoded())
                return try JSONValue.parse(reply.body)
            }
            #expect(try await ask("runs[1m].sum()").array?.isEmpty == true, "the minute has not ended")
            clock.set(instant("2026-01-05T12:01:30Z"), rate: 0)
            let sum = try await ask(#"runs[1m]{job = "polisen"}.grouping().sum()"#)
            #expect(sum.array?.first?["aggregatedDatapoints"]?.array?.compactMap { $0["value"]?.double } == [5])
            for (statistic, value) in [
                ("count", 2.0), ("max", 3), ("min", 2), ("mean", 2.5), ("first", 3), ("last", 2),
            ] {
                let answer = try await ask("runs[60m].groupBy(job).\(statistic)()")
                #expect(answer.array?.isEmpty == true, "labels stand an hour apart, the last at 12:01 is not one")
                let minutes = try await ask("runs[1m].groupBy(job).\(statistic)()")
                #expect(minutes.array?.first?["aggregatedDatapoints"]?.array?.first?["value"]?.double == value)
                #expect(minutes.array?.first?["dimensions"]?["job"]?.string == "polisen")
            }
            #expect(try await ask(#"runs[1m]{job = "other"}.sum()"#).array?.isEmpty == true)
            for bad in ["runs", "runs[1m]", "runs[90m].sum()", "runs[1m].top()", "[1m].sum()", "runs[1m]{a}.sum()"] {
                #expect(try await ask(bad)["code"]?.string == "InvalidParameter")
            }
            #expect(try await monitoring.listMetrics(compartment: Self.compartment).count == 1)
        }
    }

    @Test func `bad metrics fail inside a 200 and the good ones are kept`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let monitoring = Monitoring(client: try cloud.client())
            let now = cloud.cloud.clock.now
            let result = try await monitoring.post([Self.metric(1, now: now), Self.metric(2, age: 7_300, now: now)])
            #expect(result.failedCount == 1)
            #expect(result.failures.first?.index == 1)
            #expect(result.failures.first?.message.contains("between 2 hours ago and 10 minutes from now") == true)
            #expect(try await cloud.admin(.get, "/local/metrics").array?.count == 1)
            await #expect(throws: OCIError.self) {
                _ = try await monitoring.post([Self.metric(2, age: 7_300, now: now)])
            }
            try await cloud.admin(
                .post, "/local/faults",
                ["match": ["service": "monitoring_ingestion"], "action": ["partial_failure": 1]])
            let forced = try await monitoring.post([
                Self.metric(1, now: now, name: "a"), Self.metric(2, now: now, name: "b"),
            ])
            #expect(forced.failures.map(\.index) == [0])
            try await cloud.admin(.delete, "/local/metrics")
            #expect(try await cloud.admin(.get, "/local/metrics").array?.isEmpty == true)
        }
    }

    @Test func `a compressed metric body is read`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let body = MetricData.request([Self.metric(4, now: cloud.cloud.clock.now)]).encoded()
            let headers = ["content-type": "application/json", "content-encoding": "gzip"]
            let reply = try await cloud.sendSigned(
                .post, "/20180401/metrics", headers, body: GzipCoding.deflate(body))
            #expect(reply.status == 200)
            #expect(try await cloud.admin(.get, "/local/metrics").array?.first?["value"]?.double == 4)
            let broken = try await cloud.sendSigned(.post, "/20180401/metrics", headers, body: [0x1F, 0x8B, 1])
            #expect(broken.code == "CannotParseRequest")
        }
    }

    @Test func `metrics and messages survive a restart`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                let monitoring = Monitoring(client: try cloud.client())
                _ = try await monitoring.post([Self.metric(1.5, now: cloud.cloud.clock.now)])
                let body: JSONValue = ["title": "t", "body": "b"]
                _ = try await cloud.sendSigned(
                    .post, "/20181201/topics/\(Self.topic)/messages", ["content-type": "application/json"],
                    body: body.encoded())
            }
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                #expect(try await cloud.admin(.get, "/local/metrics").array?.first?["value"]?.double == 1.5)
                #expect(try await cloud.admin(.get, "/local/messages").array?.first?["title"]?.string == "t")
            }
        }
    }

    @Test func `what was cleared does not come back`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                let monitoring = Monitoring(client: try cloud.client())
                _ = try await monitoring.post([Self.metric(1.5, now: cloud.cloud.clock.now)])
                _ = try await cloud.sendSigned(
                    .post, "/20181201/topics/\(Self.topic)/messages", ["content-type": "application/json"],
                    body: Array(#"{"body":"b"}"#.utf8))
                try await cloud.admin(.delete, "/local/metrics")
                try await cloud.admin(.delete, "/local/messages")
            }
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                #expect(try await cloud.admin(.get, "/local/metrics").array?.isEmpty == true)
                #expect(try await cloud.admin(.get, "/local/messages").array?.isEmpty == true)
            }
        }
    }

    // MARK: Notifications

    @Test func `a message is taken and shown`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let notifications = Notifications(client: try cloud.client())
            let topic = try await notifications.topic(Self.topic)
            #expect(topic.apiEndpoint == cloud.url)
            let id = try await notifications.publish(title: "Stale", body: "no run for 61 minutes", to: topic)
            let shown = try await cloud.admin(.get, "/local/messages").array ?? []
            #expect(shown.compactMap { $0["id"]?.string } == [id])
            #expect(shown.first?["title"]?.string == "Stale")
            #expect(shown.first?["body"]?.string == "no run for 61 minutes")
            try await cloud.admin(.delete, "/local/messages")
            #expect(try await cloud.admin(.get, "/local/messages").array?.isEmpty == true)
        }
    }

    @Test func `messages have limits and topics must exist`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let json = ["content-type": "application/json"]
            let target = "/20181201/topics/\(Self.topic)/messages"
            let large: JSONValue = ["body": .string(String(repeating: "x", count: 70_000))]
            #expect(try await cloud.sendSigned(.post, target, json, body: large.encoded()).status == 413)
            #expect(try await cloud.sendSigned(.post, target, json, body: Array("{}".utf8)).status == 400)
            let other = "/20181201/topics/ocid1.onstopic.oc1..other/messages"
            #expect(try await cloud.sendSigned(.post, other, json, body: Array("{}".utf8)).status == 404)
        }
    }

    @Test(arguments: ["/", "/unknown", "/20180401/alarms", "/20200831/logs", "/v1/none", "/local/none", "/20190301/x"])
    func `what local-oci does not do is an error with a code`(target: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await cloud.sendSigned(.post, target, ["content-type": "application/json"], body: [])
            #expect((400...599).contains(reply.status))
            #expect(reply.code?.isEmpty == false)
        }
    }
}
