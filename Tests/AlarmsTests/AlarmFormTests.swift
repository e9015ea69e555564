// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing
import YAML

struct AlarmYAMLTests {
    private func alarms(_ text: String) throws -> [Alarm] {
        let root = try #require(try YAMLParser().parse(Array(text.utf8)))
        return try Alarm.list(yaml: root, file: "alarms.yaml")
    }

    @Test func `a list holds alarms with a key and without OCIDs`() throws {
        let alarms = try alarms(
            """
            alarms:
              - key: feed-stale
                displayName: feed stale
                namespace: poller
                query: feed.success[60m].groupBy(job).absent(3d) == 1
                pendingDuration: PT1M
                severity: CRITICAL
                isEnabled: true
                repeatNotificationDuration: PT2H
                notificationTitle: "{{severity}}: {{dimensions.job}} stale"
                body: No event feed for an hour.
              - key: feed-age
                displayName: feed age
                namespace: poller
                query: feed.age[5m].groupBy(job).last() > 3600
                pendingDuration: PT5M
                severity: WARNING
                isEnabled: true
                overrides:
                  - {ruleName: LONG, query: 'feed.age[5m].groupBy(job).last() > 7200', severity: CRITICAL}
            """)
        #expect(alarms.map(\.key) == ["feed-stale", "feed-age"])
        #expect(alarms.first?.repeatMilliseconds == 7_200_000)
        #expect(alarms.first?.notificationTitle == "{{severity}}: {{dimensions.job}} stale")
        #expect(alarms.last?.overrides.map(\.severity) == [.critical])
    }

    @Test func `problems of all alarms are told with line and column`() throws {
        let error = try #require(throws: AlarmError.self) {
            try alarms(
                """
                alarms:
                  - key: a
                    displayName: "null"
                    namespace: poller
                    query: m[1m].max() > 1
                    severity: HIGH
                    isEnabled: yes
                  - key: a
                    displayName: b
                    namespace: poller
                    querry: m[1m].max() > 1
                    severity: INFO
                    isEnabled: true
                extra: 1
                """)
        }
        #expect(
            error.problems.map(\.description) == [
                "14:1: extra: is not a member the service knows",
                "6:15: alarms[0].severity: \"HIGH\" must be one of CRITICAL ERROR WARNING INFO",
                "7:16: alarms[0].isEnabled: \"yes\" must be true or false",
                "8:5: alarms[1].query: is required and missing",
                "11:5: alarms[1].querry: is not a member the service knows; did you mean \"query\"?",
                "8:10: alarms[1].key: \"a\" is the key of an earlier alarm",
            ])
    }

    @Test func `one alarm is read from a mapping`() throws {
        let text = "{key: k, displayName: d, namespace: n, query: 'm[1m].max() > 1', severity: INFO, isEnabled: false}"
        let root = try #require(try YAMLParser().parse(Array(text.utf8)))
        #expect(try Alarm(yaml: root, key: "?").key == "k")
        let broken = try #require(try YAMLParser().parse(Array("[1]".utf8)))
        let error = try #require(throws: AlarmError.self) { try Alarm(yaml: broken, key: "?") }
        #expect(error.description == "alarm ?: 1:1: [\"1\"] must be an object")
    }
}

struct AlarmTerraformTests {
    private func document(_ values: JSONValue) -> JSONValue {
        [
            "values": [
                "root_module": [
                    "resources": [
                        ["address": "oci_core_vcn.v", "type": "oci_core_vcn", "values": [:]],
                        ["address": "data.oci_monitoring_alarm.d", "mode": "data", "type": "oci_monitoring_alarm"],
                    ],
                    "child_modules": [
                        [
                            "resources": [
                                [
                                    "address": "module.watch.oci_monitoring_alarm.stale", "mode": "managed",
                                    "type": "oci_monitoring_alarm", "name": "stale", "values": values,
                                ]
                            ]
                        ]
                    ],
                ]
            ]
        ]
    }

    @Test func `alarms of all modules are found in a state`() throws {
        let alarms = try Alarm.list(
            terraform: document([
                "compartment_id": "ocid1.compartment.oc1..c", "defined_tags": ["Operations.CostCenter": "42"],
                "destinations": ["ocid1.onstopic.oc1.fra.t"], "display_name": "stale", "id": "ocid1.alarm.oc1..a",
                "is_enabled": true, "message_format": "RAW", "metric_compartment_id": "ocid1.compartment.oc1..c",
                "metric_compartment_id_in_subtree": false, "namespace": "n", "body": "", "resource_group": "",
                "overrides": [["rule_name": "R", "pending_duration": "PT3M", "severity": "INFO"]],
                "pending_duration": "PT5M", "query": "m[1m].max() > 1", "repeat_notification_duration": .null,
                "severity": "ERROR", "state": "ACTIVE", "timeouts": .null,
                "suppression": [
                    [
                        "description": "", "time_suppress_from": "2026-01-05T00:00:00Z",
                        "time_suppress_until": "2026-01-06T00:00:00Z",
                    ]
                ],
            ]), file: "state.json")
        let alarm = try #require(alarms.first)
        #expect(alarms.count == 1)
        #expect(alarm.key == "module.watch.oci_monitoring_alarm.stale")
        #expect(alarm.pendingMilliseconds == 300_000)
        #expect(alarm.overrides.map(\.pendingMilliseconds) == [180_000])
        #expect(alarm.definedTags == ["Operations": ["CostCenter": "42"]])
        #expect(alarm.suppression?.until == midnight + 86_400_000)
        #expect(alarm.body == nil && alarm.resourceGroup == nil)
    }

    @Test func `problems are told in the document's own names`() throws {
        let error = try #require(throws: AlarmError.self) {
            try Alarm.list(
                terraform: document(["display_name": "d", "namespace": "n", "severity": "BAD"]), file: "plan.json")
        }
        let place = "[\"module.watch.oci_monitoring_alarm.stale\"]"
        #expect(
            error.problems.map(\.path.description) == [
                place + ".query", place + ".severity", place + ".is_enabled",
            ])
    }

    @Test func `another document is refused`() throws {
        let error = try #require(throws: AlarmError.self) { try Alarm.list(terraform: ["a": 1], file: "x.json") }
        #expect(error.description.contains("must be the output of \"terraform show -json\""))
    }
}

struct AlarmTemplateTests {
    private let template = definition([
        "compartmentId": "${compartment_id}", "destinations": ["${topic_id}"],
        "query": "run_success_heartbeat[1h]{job = \"${job}\"}.groupBy(job).absent(3d)", "namespace": "${namespace}",
        "body": "{{severity}}: ${runbook_base_url}/no-successful-run.md costs $5 {a}",
    ])

    @Test func `placeholders are found and filled`() throws {
        let template = try AlarmTemplate(template, key: "no-successful-run")
        #expect(template.placeholders == [.compartmentID, .topicID, .namespace, .job, .runbookBaseURL])
        let alarm = try template.alarm(with: AlarmTemplate.standIns(job: "x"))
        #expect(alarm.query == "run_success_heartbeat[1h]{job = \"x\"}.groupBy(job).absent(3d)")
        #expect(alarm.body == "{{severity}}: https://example.org/runbooks/no-successful-run.md costs $5 {a}")
        #expect(alarm.namespace == "polisen_collector")
        #expect(alarm.key == "no-successful-run")
    }

    @Test func `a placeholder without a value is told with every place of it`() throws {
        let template = try AlarmTemplate(template, key: "k")
        let values: [AlarmTemplate.Placeholder: String] = [.job: "x", .namespace: "n", .runbookBaseURL: "u"]
        #expect(template.unresolved(by: values) == [.compartmentID, .topicID])
        let error = try #require(throws: AlarmError.self) { try template.filled(with: values) }
        #expect(error.problems.map(\.path.description).sorted() == ["compartmentId", "destinations[0]"])
        #expect(error.description.contains("needs a value for ${compartment_id}"))
    }

    @Test(arguments: [
        ("${compartmentid}", "did you mean \"${compartment_id}\"?"), ("${foo}", "holds the unknown placeholder ${foo}"),
        ("a ${job", "without a closing brace"),
    ])
    func `an unknown placeholder is an error`(text: String, message: String) throws {
        let error = try #require(throws: AlarmError.self) {
            try AlarmTemplate(definition(["body": .string(text)]), key: "k")
        }
        #expect(error.description.contains(message))
    }

    @Test func `what a value holds is not looked at again`() throws {
        let template = try AlarmTemplate(definition(["body": "${job}"]), key: "k")
        #expect(try template.filled(with: [.job: "${topic_id}"])["body"] == "${topic_id}")
    }
}
