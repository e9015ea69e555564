// SPDX-License-Identifier: MIT

import Alarms
import JSON
import OCI
import TestSupport

@testable import CollectorCLI

/// Alarms for tests of what is done with them.
enum AlarmSamples {
    static let ownership = AlarmOwnership(job: "polisen")

    /// Members of a definition whose job is a placeholder, like those of the repository.
    static func definition(_ key: String, _ changes: [(String, JSONValue?)] = []) -> JSONValue {
        var members: [JSONMember] = [
            JSONMember("displayName", .string("${job} \(key)")), JSONMember("compartmentId", "${compartment_id}"),
            JSONMember("metricCompartmentId", "${metric_compartment_id}"), JSONMember("namespace", "${namespace}"),
            JSONMember("query", "run_failed[2h]{job = \"${job}\"}.groupBy(job).sum() >= 2"),
            JSONMember("severity", "ERROR"), JSONMember("isEnabled", true),
            JSONMember("destinations", ["${topic_id}"]),
            JSONMember("body", "Runs fail.\nFirst: polisen-collector status"),
            JSONMember("freeformTags", ["owner": "operators"]),
        ]
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            if let value { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }

    static func desired(_ key: String, _ changes: [(String, JSONValue?)] = []) throws -> DesiredAlarm {
        try DesiredAlarm(
            try AlarmTemplate(definition(key, changes), key: key), AlarmTemplate.standIns(), ownership)
    }

    /// What OCI has after the alarm was made, with members changed.
    static func service(
        _ alarm: Alarm, id: String = "ocid1.alarm.oc1..one", _ changes: [(String, JSONValue?)] = []
    ) -> JSONValue {
        var members = [JSONMember("id", .string(id)), JSONMember("lifecycleState", "ACTIVE")]
        members += alarm.json.object ?? []
        // The service writes out what it was not told.
        for (name, value) in [("overrides", JSONValue.null), ("resourceGroup", .null), ("ruleName", "BASE")]
        where alarm.json[name] == nil { members.append(JSONMember(name, value)) }
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            if let value { members.append(JSONMember(name, value)) }
        }
        return .object(members)
    }

    /// A plan over alarms of OCI.
    static func plan(
        _ desired: [DesiredAlarm], _ actual: [JSONValue], isWhole: Bool = true, prunes: Bool = false,
        except: [String] = []
    ) -> AlarmPlan {
        let full = actual.compactMap { json in
            json["id"]?.string.map { ($0, Monitoring.VersionedAlarm(json: json, etag: "tag-\($0)", id: $0)) }
        }
        return AlarmPlan(
            desired: desired, summaries: actual, full: Dictionary(full) { first, _ in first }, ownership: ownership,
            compartment: "ocid1.compartment.oc1..standin", isWhole: isWhole, prunes: prunes,
            knownKeys: Set(desired.map(\.key) + except))
    }
}
