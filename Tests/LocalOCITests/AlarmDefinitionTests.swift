// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import LocalOCI
import OCI
import TestSupport
import Testing
import Transport

/// Names of the one tenancy.
enum Known {
    static let compartment = "ocid1.compartment.oc1..localociexamplecompartment"
    static let tenancy = "ocid1.tenancy.oc1..localociexampletenancy"
    static let topic = "ocid1.onstopic.oc1.eu-stockholm-1.localociexampletopic"
}

/// An alarm that the service takes, with some members changed; null takes one out.
func definition(_ changes: [String: JSONValue] = [:]) -> JSONValue {
    let standard: JSONValue = [
        "displayName": "no successful run", "compartmentId": .string(Known.compartment),
        "metricCompartmentId": .string(Known.compartment), "namespace": "polisen_collector",
        "query": "age_seconds[5m].groupBy(job).last() > 3600", "severity": "CRITICAL",
        "destinations": [.string(Known.topic)], "isEnabled": true,
    ]
    var members = (standard.object ?? []).filter { changes[$0.name] == nil }
    members += changes.sorted { $0.key < $1.key }.filter { !$0.value.isNull }.map { JSONMember($0.key, $0.value) }
    return .object(members)
}

extension CloudHarness {
    func monitoring() throws -> Monitoring { Monitoring(client: try client()) }

    /// A signed call with a JSON body; the answer whatever its status.
    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil, _ headers: [String: String] = [:]
    ) async throws -> Reply {
        var headers = headers
        if body != nil { headers["content-type"] = "application/json" }
        let bytes = body?.encoded() ?? (method == .post ? [] : nil)
        return try await sendSigned(method, "/20180401" + target, headers, body: bytes)
    }
}

extension Reply {
    var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
}

struct AlarmDefinitionTests {
    @Test func `an alarm is kept with the service's defaults and goes when it is deleted`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let made = try await monitoring.createAlarm(definition(), retryToken: "a")
            #expect(made.id.hasPrefix("ocid1.alarm.oc1.eu-stockholm-1."))
            for (name, value) in [
                ("pendingDuration", "PT1M"), ("resolution", "1m"), ("messageFormat", "RAW"), ("ruleName", "BASE"),
                ("evaluationSlackDuration", "PT3M"), ("lifecycleState", "ACTIVE"),
            ] { #expect(made.json[name]?.string == value) }
            #expect(made.json["repeatNotificationDuration"] == .null && made.json["body"] == .null)
            #expect(made.json["isNotificationsPerMetricDimensionEnabled"]?.bool == false)
            let found = try #require(try await monitoring.alarm(made.id))
            #expect(found == made)
            let listed = try await monitoring.alarms(compartment: Known.compartment)
            #expect(listed.count == 1 && listed.first?["id"]?.string == made.id)
            #expect(listed.first?["query"] == made.json["query"])
            for name in ["pendingDuration", "body", "timeCreated", "messageFormat"] {
                #expect(listed.first?[name] == nil)
            }
            #expect(try await monitoring.deleteAlarm(made.id, ifMatch: made.etag))
            #expect(try await monitoring.alarm(made.id) == nil)
            #expect(try await monitoring.deleteAlarm(made.id, ifMatch: nil) == false)
            #expect(try await monitoring.alarms(compartment: Known.compartment).isEmpty)
            let deleted = try await monitoring.alarms(compartment: Known.compartment, lifecycleState: "DELETED")
            #expect(deleted.first?["lifecycleState"]?.string == "DELETED")
        }
    }

    @Test func `a change keeps what it does not name, and null names nothing`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let made = try await monitoring.createAlarm(
                definition(["body": "old", "pendingDuration": "PT5M"]), retryToken: "a")
            let changed = try await monitoring.updateAlarm(
                made.id, ["severity": "WARNING", "body": .null], ifMatch: made.etag)
            #expect(changed.json["severity"]?.string == "WARNING" && changed.json["body"]?.string == "old")
            #expect(changed.json["pendingDuration"]?.string == "PT5M" && changed.etag != made.etag)
            let stale = await Self.failure { try await monitoring.updateAlarm(made.id, [:], ifMatch: made.etag) }
            #expect(stale?.httpStatus == 412)
            let late = await Self.failure { try await monitoring.deleteAlarm(made.id, ifMatch: made.etag) }
            #expect(late?.httpStatus == 412)
            let bad = await Self.failure {
                try await monitoring.updateAlarm(made.id, ["severity": "BAD"], ifMatch: nil)
            }
            #expect(bad?.httpStatus == 400)
            #expect(try await monitoring.alarm(made.id) == changed)
        }
    }

    @Test func `the same request under the same token makes one alarm`() async throws {
        let clock = LocalClock()
        clock.set(instant("2026-01-05T12:00:00Z"), rate: 0)
        try await CloudHarness.withCloud(clock: clock) { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let first = try await monitoring.createAlarm(definition(), retryToken: "a")
            #expect(try await monitoring.createAlarm(definition(), retryToken: "a") == first)
            let other = await Self.failure {
                try await monitoring.createAlarm(definition(["severity": "INFO"]), retryToken: "a")
            }
            #expect(other?.httpStatus == 409)
            #expect(try await monitoring.alarms(compartment: Known.compartment).count == 1)
            clock.set(instant("2026-01-06T12:00:01Z"), rate: 0)
            #expect(try await monitoring.createAlarm(definition(), retryToken: "a").id != first.id)
        }
    }

    @Test func `definitions survive a restart`() async throws {
        try await withTemporaryDirectory { (directory) async throws in
            let made = try await CloudHarness.run(in: directory) { (cloud) async throws in
                try await cloud.monitoring().createAlarm(definition(), retryToken: "a")
            }
            try await CloudHarness.run(in: directory) { (cloud) async throws in
                #expect(try await cloud.monitoring().alarm(made.id) == made)
                #expect(try await cloud.monitoring().createAlarm(definition(), retryToken: "a") == made)
            }
        }
    }

    @Test func `lists are filtered, ordered and cut into pages`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            for (name, severity) in [("b", "INFO"), ("a", "ERROR"), ("c", "CRITICAL")] {
                _ = try await monitoring.createAlarm(
                    definition(["displayName": .string(name), "severity": .string(severity)]), retryToken: name)
            }
            _ = try await monitoring.createAlarm(
                definition(["compartmentId": .string(Known.tenancy), "displayName": "root"]), retryToken: "root")
            func names(_ query: String, in compartment: String = Known.compartment) async throws -> [String] {
                let reply = try await cloud.ask(.get, "/alarms?compartmentId=\(compartment)\(query)")
                return (reply.json.array ?? []).compactMap { $0["displayName"]?.string }
            }
            #expect(try await names("") == ["a", "b", "c"])
            #expect(try await names("&sortBy=severity") == ["c", "a", "b"])
            #expect(try await names("&sortBy=displayName&sortOrder=DESC") == ["c", "b", "a"])
            #expect(try await names("&displayName=b") == ["b"])
            #expect(try await names("", in: Known.tenancy) == ["root"])
            #expect(try await names("&compartmentIdInSubtree=true", in: Known.tenancy) == ["a", "b", "c", "root"])
            let page = try await cloud.ask(.get, "/alarms?compartmentId=\(Known.compartment)&limit=2")
            let next = try #require(page.header("opc-next-page"))
            #expect(page.json.array?.count == 2)
            let last = try await cloud.ask(.get, "/alarms?compartmentId=\(Known.compartment)&limit=2&page=\(next)")
            #expect(last.json.array?.count == 1 && last.header("opc-next-page") == nil)
            for bad in ["&limit=0", "&limit=x", "&page=!", "&sortBy=id", "&compartmentIdInSubtree=true"] {
                let reply = try await cloud.ask(.get, "/alarms?compartmentId=\(Known.compartment)\(bad)")
                #expect(reply.status == 400 && reply.code == "InvalidParameter")
            }
            #expect(try await cloud.ask(.get, "/alarms").code == "MissingParameter")
        }
    }

    /// Status and code the service answers to a definition with this change.
    @Test(
        arguments: [
            (["query": .null], "MissingParameter"), (["destinations": .null], "MissingParameter"),
            (["isEnabled": .null], "MissingParameter"), (["compartmentId": "mine"], "InvalidParameter"),
            (["metricCompartmentIdInSubtree": true], "InvalidParameter"), (["severity": "FATAL"], "InvalidParameter"),
            (["destinations": ["ocid1.user.oc1..x"]], "InvalidParameter"),
            (["destinations": ["ocid1.onstopic.oc1..other"]], "RelatedResourceNotAuthorizedOrNotFound"),
            (["destinations": [.string(Known.topic), "ocid1.onstopic.oc1..other"]], "InvalidParameter"),
            (["pendingDuration": "PT2H"], "InvalidParameter"),
            (["evaluationSlackDuration": "PT1M"], "InvalidParameter"),
            (["repeatNotificationDuration": "P31D"], "InvalidParameter"), (["resolution": "5m"], "InvalidParameter"),
            (["messageFormat": "XML"], "InvalidParameter"), (["displayName": ""], "InvalidParameter"),
            (["query": "age_seconds[5m].last()"], "InvalidParameter"),
            (["query": "age_seconds[5m"], "InvalidParameter"),
            (
                [
                    "suppression": [
                        "timeSuppressFrom": "2026-01-02T00:00:00Z", "timeSuppressUntil": "2026-01-01T00:00:00Z",
                    ]
                ],
                "InvalidParameter"
            ),
            (["overrides": [["ruleName": "A", "severity": "BAD"]]], "InvalidParameter"),
        ] as [([String: JSONValue], String)])
    func `a definition the service does not take is refused`(change: [String: JSONValue], code: String) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let reply = try await cloud.ask(.post, "/alarms", definition(change))
            #expect(reply.code == code, "\(reply.text)")
            #expect(reply.json["message"]?.string?.isEmpty == false)
            #expect(try await cloud.monitoring().alarms(compartment: Known.compartment).isEmpty)
        }
    }

    @Test func `an alarm loses its suppression and moves to another compartment`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let monitoring = try cloud.monitoring()
            let suppression: JSONValue = [
                "description": "planned", "timeSuppressFrom": "2026-01-01T00:00:00.000Z",
                "timeSuppressUntil": "2026-01-02T00:00:00.000Z",
            ]
            let made = try await monitoring.createAlarm(definition(["suppression": suppression]), retryToken: "a")
            #expect(made.json["suppression"] == suppression)
            try await monitoring.removeSuppression(made.id)
            #expect(try await monitoring.alarm(made.id)?.json["suppression"] == .null)
            let target = "/alarms/\(made.id)/actions/changeCompartment"
            let body: JSONValue = ["compartmentId": .string(Known.tenancy)]
            #expect(try await cloud.ask(.post, target, body).status == 204)
            #expect(try await monitoring.alarm(made.id)?.json["compartmentId"]?.string == Known.tenancy)
            #expect(try await cloud.ask(.post, target, ["compartmentId": "x"]).code == "InvalidParameter")
            #expect(try await cloud.ask(.post, target, [:]).code == "MissingParameter")
            #expect(try await cloud.ask(.post, "/alarms/\(made.id)/actions/dance", [:]).status == 404)
        }
    }

    /// The OCI error `body` ends with.
    static func failure<Value>(_ body: () async throws -> Value) async -> OCIError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? OCIError
        }
    }
}

struct AlarmSuppressionTests {
    private static func suppression(_ alarm: String, _ changes: [String: JSONValue] = [:]) -> JSONValue {
        var members: [String: JSONValue] = [
            "alarmSuppressionTarget": ["targetType": "ALARM", "alarmId": .string(alarm)], "level": "ALARM",
            "displayName": "upgrade", "timeSuppressFrom": "2026-01-01T00:00:00.000Z",
            "timeSuppressUntil": "2026-01-02T00:00:00.000Z",
        ]
        members.merge(changes) { $1 }
        return .object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, $0.value) })
    }

    @Test func `suppressions are made, found and deleted`() async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let alarm = try await cloud.monitoring().createAlarm(definition(), retryToken: "a").id
            let first = try await cloud.ask(
                .post, "/alarmSuppressions", Self.suppression(alarm), ["opc-retry-token": "t"])
            #expect(first.status == 200 && first.json["lifecycleState"]?.string == "ACTIVE")
            let id = try #require(first.json["id"]?.string)
            let again = try await cloud.ask(
                .post, "/alarmSuppressions", Self.suppression(alarm), ["opc-retry-token": "t"])
            #expect(again.json == first.json)
            let compartment: JSONValue = [
                "targetType": "COMPARTMENT", "compartmentId": .string(Known.compartment),
            ]
            _ = try await cloud.ask(
                .post, "/alarmSuppressions",
                Self.suppression(alarm, ["alarmSuppressionTarget": compartment, "displayName": "all"]))
            func names(_ query: String) async throws -> [String] {
                let reply = try await cloud.ask(.get, "/alarmSuppressions?\(query)")
                return (reply.json["items"]?.array ?? []).compactMap { $0["displayName"]?.string }
            }
            #expect(try await names("alarmId=\(alarm)") == ["upgrade"])
            #expect(try await names("alarmId=\(alarm)&isAllSuppressions=true") == ["all", "upgrade"])
            #expect(try await names("compartmentId=\(Known.compartment)&targetType=COMPARTMENT") == ["all"])
            #expect(try await cloud.ask(.get, "/alarmSuppressions").code == "MissingParameter")
            #expect(try await cloud.ask(.get, "/alarmSuppressions/\(id)").json == first.json)
            #expect(try await cloud.ask(.delete, "/alarmSuppressions/\(id)", nil, ["if-match": "x"]).status == 412)
            #expect(try await cloud.ask(.delete, "/alarmSuppressions/\(id)").status == 204)
            #expect(try await cloud.ask(.get, "/alarmSuppressions/\(id)").status == 404)
            #expect(try await names("alarmId=\(alarm)&lifecycleState=DELETED") == ["upgrade"])
        }
    }

    @Test(
        arguments: [
            ["level": "DIMENSION"], ["level": "DIMENSION", "dimensions": [:]], ["dimensions": ["a": "b"]],
            ["level": "ALL"], ["timeSuppressUntil": "2025-01-01T00:00:00Z"], ["timeSuppressFrom": "yesterday"],
            ["alarmSuppressionTarget": ["targetType": "MOON"]],
            ["level": "DIMENSION", "dimensions": ["a": .string(String(repeating: "x", count: 4_001))]],
            [
                "suppressionConditions": [
                    [
                        "conditionType": "RECURRENCE", "suppressionRecurrence": "FREQ=MONTHLY",
                        "suppressionDuration": "PT1H",
                    ]
                ]
            ],
        ] as [[String: JSONValue]])
    func `a suppression the service does not take is refused`(changes: [String: JSONValue]) async throws {
        try await CloudHarness.withCloud { (cloud) async throws in
            let alarm = try await cloud.monitoring().createAlarm(definition(), retryToken: "a").id
            let reply = try await cloud.ask(.post, "/alarmSuppressions", Self.suppression(alarm, changes))
            #expect(reply.code == "InvalidParameter")
            let missing = try await cloud.ask(.post, "/alarmSuppressions", Self.suppression("ocid1.alarm.oc1..x"))
            #expect(missing.status == 404)
        }
    }
}
