// SPDX-License-Identifier: MIT

import Alarms
import JSON
import TestSupport
import Testing
import YAML

struct AlarmJSONTests {
    @Test func `what is not said is as the service takes it`() throws {
        let alarm = try Alarm(json: definition(), key: "feed-stale")
        #expect(alarm.key == "feed-stale")
        #expect(alarm.pendingMilliseconds == 60_000)
        #expect(alarm.slackMilliseconds == 180_000)
        #expect(alarm.repeatMilliseconds == nil)
        #expect(alarm.messageFormat == .raw)
        #expect(alarm.ruleName == "BASE")
        #expect(!alarm.isPerStream)
    }

    static let everything: JSONValue = [
        "displayName": "feed age", "compartmentId": "ocid1.compartment.oc1..c",
        "metricCompartmentId": "ocid1.tenancy.oc1..t", "metricCompartmentIdInSubtree": true, "namespace": "poller",
        "resourceGroup": "eu-1", "query": "feed.age[5m].groupBy(job).last() > 3600", "resolution": "1m",
        "pendingDuration": "PT5M", "severity": "WARNING", "body": "{{severity}}",
        "isNotificationsPerMetricDimensionEnabled": true, "messageFormat": "ONS_OPTIMIZED",
        "destinations": ["ocid1.onstopic.oc1.fra.t", "ocid1.stream.oc1.fra.s"],
        "repeatNotificationDuration": "P30D",
        "suppression": [
            "description": "works", "timeSuppressFrom": "2026-01-05T02:00:00Z",
            "timeSuppressUntil": "2026-01-05T03:00:00Z",
        ],
        "isEnabled": false, "freeformTags": ["a": "b"], "definedTags": ["Operations": ["CostCenter": "42"]],
        "overrides": [
            [
                "ruleName": "LONG", "query": "feed.age[5m].groupBy(job).last() > 7200", "severity": "CRITICAL",
                "body": "late", "pendingDuration": "PT1H",
            ]
        ],
        "ruleName": "SHORT", "notificationVersion": "1.X", "notificationTitle": "{{title}}",
        "evaluationSlackDuration": "PT10M", "alarmSummary": "{{query}}",
    ]

    @Test func `an alarm with all members is written as it was read`() throws {
        let alarm = try Alarm(json: Self.everything, key: "age")
        #expect(alarm.json == Self.everything)
        #expect(try Alarm(json: alarm.json, key: "age") == alarm)
    }

    @Test func `an alarm with few members is the same after it was written`() throws {
        let alarm = try Alarm(json: definition(), key: "feed-stale")
        #expect(try Alarm(json: alarm.json, key: "feed-stale") == alarm)
    }

    @Test(
        arguments: [
            (["displayName": nil], "displayName: is required and missing"),
            (["displayName": ""], "displayName: \"\" must not be empty; leave the member out instead"),
            (
                ["displayName": .string(String(repeating: "å", count: 256))],
                "has 256 characters; at most 255 are allowed"
            ),
            (["namespace": "1x"], "must begin with a letter"), (["namespace": "a.b"], "must begin with a letter"),
            (["resourceGroup": "a b"], "must begin with a letter"), (["query": 5], "query: 5 must be text"),
            (["resolution": "5m"], "resolution: \"5m\" must be \"1m\""),
            (["pendingDuration": "PT2H"], "must be an ISO 8601 duration from PT1M to PT1H"),
            (["pendingDuration": "5m"], "did you mean \"PT5M\"?"),
            (["pendingDuration": "PT0M"], "from PT1M to PT1H"),
            (["repeatNotificationDuration": "PT30S"], "from PT1M to P30D, or PT0M"),
            (["repeatNotificationDuration": "P31D"], "from PT1M to P30D, or PT0M"),
            (["evaluationSlackDuration": "PT2M"], "from PT3M to PT2H"),
            (["severity": "CRITCAL"], "must be one of CRITICAL ERROR WARNING INFO; did you mean \"CRITICAL\"?"),
            (["messageFormat": "JSON"], "must be one of RAW PRETTY_JSON ONS_OPTIMIZED"),
            (["isEnabled": "true"], "isEnabled: \"true\" must be true or false"),
            (["compartmentId": "c"], "compartmentId: \"c\" must be an OCID"),
            (["compartmentId": nil], "compartmentId: is required and missing"),
            (["metricCompartmentIdInSubtree": true], "goes only with a tenancy's OCID"),
            (["destinations": "ocid1.onstopic.oc1.fra.t"], "destinations: \"ocid1.onstopic.oc1.fra.t\" must be a list"),
            (["destinations": ["ocid1.user.oc1..u"]], "destinations[0]: \"ocid1.user.oc1..u\" must be the OCID of a"),
            (
                ["destinations": ["ocid1.onstopic.oc1.fra.a", "ocid1.onstopic.oc1.fra.b"]],
                "destinations[1]: \"ocid1.onstopic.oc1.fra.b\" is a second destination"
            ),
            (["notificationVersion": "1.x"], "must be a version"),
            (["notificationVersion": "12345.X"], "must be a version"),
            (
                ["suppression": ["timeSuppressFrom": "2026-01-05"]],
                "suppression.timeSuppressFrom: \"2026-01-05\" must be"
            ),
            (["suppression": [:]], "suppression.timeSuppressUntil: is required and missing"),
            (
                [
                    "suppression": [
                        "timeSuppressFrom": "2026-01-05T02:00:00Z", "timeSuppressUntil": "2026-01-05T01:00:00Z",
                    ]
                ], "suppression.timeSuppressUntil: \"2026-01-05T01:00:00Z\" must not lie before timeSuppressFrom"
            ),
            (["overrides": [["ruleName": "BASE"]]], "overrides[0].ruleName: \"BASE\" is the name of another rule"),
            (
                ["overrides": [["ruleName": "A"], ["ruleName": "A"]]],
                "overrides[1].ruleName: \"A\" is the name of another"
            ),
            (
                ["overrides": [["severty": "INFO"]]],
                "overrides[0].severty: is not a member the service knows; did you mean \"s"
            ),
            (["overrides": [5]], "overrides[0]: 5 must be an object"),
            (["repeatNotificationDuratoin": "PT1H"], "did you mean \"repeatNotificationDuration\"?"),
            (["freeformTags": ["a": 5]], "freeformTags.a: 5 must be text"),
            (["freeformTags": ["a b": 5]], "freeformTags[\"a b\"]: 5 must be text"),
            (["definedTags": ["a": "b"]], "definedTags.a: \"b\" must be a map from tag keys to values"),
            (["definedTags": "a"], "definedTags: \"a\" must be a map of maps"),
            (["id": "ocid1.alarm.oc1..a"], "id: is not a member the service knows"),
        ] as [([String: JSONValue?], String)])
    func `what the service would refuse is refused with its place and rule`(
        changes: [String: JSONValue?], message: String
    ) throws {
        let error = try #require(throws: AlarmError.self) { try Alarm(json: definition(changes), key: "k") }
        #expect(error.description.contains(message), "\(error)")
        #expect(error.key == "k")
    }

    @Test func `all problems are told at once, in the order of the reference`() throws {
        let json = definition([
            "severity": "high", "query": nil, "pendingDuration": "5", "color": "red", "isEnabled": nil,
        ])
        let error = try #require(throws: AlarmError.self) { try Alarm(json: json, key: "k") }
        #expect(
            error.problems.map(\.path.description) == ["query", "severity", "isEnabled", "pendingDuration", "color"])
    }

    @Test func `a member that stands twice is a problem`() throws {
        let json = JSONValue.object((definition().object ?? []) + [JSONMember("severity", "INFO")])
        let error = try #require(throws: AlarmError.self) { try Alarm(json: json, key: "k") }
        #expect(error.description == "alarm k: severity: stands twice in one object")
    }

    @Test func `too many or too long tags are refused`() throws {
        let tags = (0...10).map { JSONMember("k\($0)", "v") } + [JSONMember(String(repeating: "k", count: 101), "v")]
        let error = try #require(throws: AlarmError.self) {
            try Alarm(json: definition(["freeformTags": .object(tags)]), key: "k")
        }
        #expect(error.problems.count == 2)
        #expect(error.description.contains("has 12 tags; at most 10 are allowed"))
        #expect(error.description.contains("a key of 1 to 100"))
    }

    @Test func `the service's own answer is read with members nobody knows`() throws {
        let json = definition([
            "id": "ocid1.alarm.oc1..a", "lifecycleState": "ACTIVE", "timeCreated": "2026-01-05T02:00:00.123Z",
            "body": "", "resourceGroup": nil, "newMember": 5, "suppression": .some(.null),
        ])
        #expect(try Alarm(json: json, key: "k", form: .service) == Alarm(json: definition(), key: "k"))
    }

    @Test func `an override without a name gets one`() throws {
        let alarm = try Alarm(json: definition(["overrides": [["severity": "INFO"]]]), key: "k")
        #expect(alarm.overrides.map(\.ruleName) == ["OVERRIDE_1"])
    }

    @Test func `no document makes the reader fall over`() throws {
        var random = SeededGenerator(seed: 4)
        let names = ["displayName", "overrides", "suppression", "destinations", "definedTags", "severity", "x", ""]
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &random) {
            case 0: return .null
            case 1: return .bool(Bool.random(using: &random))
            case 2: return .number(String(Int.random(in: -9...9, using: &random)))
            case 3:
                return .string(
                    ["", "PT", "P1", "PT99999999999M", "${a}", "ocid1.a.b.c.d"].randomElement(using: &random) ?? "")
            case 4: return .string("2026-01-05T02:00:00Z")
            case 5: return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth + 1) })
            default:
                return .object(
                    (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        JSONMember(names.randomElement(using: &random) ?? "", value(depth + 1))
                    })
            }
        }
        for _ in 0..<500 {
            let json = value(0)
            for form in AlarmForm.allCases {
                #expect(throws: AlarmError.self) { try Alarm(json: json, key: "k", form: form) }
            }
            _ = try? AlarmSuppression(json: json)
            _ = try? Alarm.list(terraform: json, file: "f")
            _ = try? AlarmTemplate(json, key: "k").alarm(with: AlarmTemplate.standIns())
        }
    }
}
