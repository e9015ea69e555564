// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// What the ledger keeps of a change of an alarm's state, mirrored from OCI, which forgets it after 90 days.
package struct AlarmRecord: Sendable, Hashable {
    package static let schema = 1

    /// When the state changed, as OCI's history says.
    package let at: Date
    package let job: String
    /// The name of the alarm's file.
    package let alarm: String
    /// The alarm's OCID.
    package let alarmID: String
    package let displayName: String
    package let severity: String
    /// `FIRING` `OK`, or a text of later years.
    package let status: String
    /// OCI's own sentence.
    package var summary: String?
    /// The label at which it was triggered, where OCI says so.
    package var triggeredAt: Date?
    /// When it was read.
    package let recordedAt: Date
    package let host: String
    package let version: String

    package init(
        at: Date, job: String, alarm: String, alarmID: String, displayName: String, severity: String, status: String,
        recordedAt: Date, host: String, version: String
    ) {
        self.at = at
        self.job = job
        self.alarm = alarm
        self.alarmID = alarmID
        self.displayName = displayName
        self.severity = severity
        self.status = status
        self.recordedAt = recordedAt
        self.host = host
        self.version = version
    }

    /// What tells a change from others: the same is not kept twice.
    package struct Identity: Sendable, Hashable {
        let alarmID: String
        let at: Date
        let status: String
    }

    package var identity: Identity { Identity(alarmID: alarmID, at: at, status: status) }
}

extension AlarmRecord {
    /// One line of the ledger.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "alarm"),
            JSONMember("at", .string(Timestamp.text(at))), JSONMember("job", .string(job)),
            JSONMember("alarm", .string(alarm)), JSONMember("alarm_id", .string(alarmID)),
            JSONMember("display_name", .string(displayName)), JSONMember("severity", .string(severity)),
            JSONMember("status", .string(status)),
        ]
        if let summary { members.append(JSONMember("summary", .string(summary))) }
        if let triggeredAt { members.append(JSONMember("triggered_at", .string(Timestamp.text(triggeredAt)))) }
        members += [
            JSONMember("recorded_at", .string(Timestamp.text(recordedAt))), JSONMember("host", .string(host)),
            JSONMember("version", .string(version)),
        ]
        return .object(members)
    }

    /// The record of a ledger's line.
    package init(line: [UInt8]) throws(RecordError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(line)
        } catch {
            throw .notJSON(error)
        }
        guard json["type"] == "alarm" else { throw .invalid(member: "type") }
        let schema = json["schema"]?.int ?? 0
        guard schema <= Self.schema else { throw .newerSchema(schema) }
        guard let at = json["at"]?.string.flatMap(Timestamp.date) else { throw .invalid(member: "at") }
        guard let alarmID = json["alarm_id"]?.string else { throw .invalid(member: "alarm_id") }
        guard let status = json["status"]?.string else { throw .invalid(member: "status") }
        self.init(
            at: at, job: json["job"]?.string ?? "", alarm: json["alarm"]?.string ?? "", alarmID: alarmID,
            displayName: json["display_name"]?.string ?? "", severity: json["severity"]?.string ?? "", status: status,
            recordedAt: json["recorded_at"]?.string.flatMap(Timestamp.date) ?? at, host: json["host"]?.string ?? "",
            version: json["version"]?.string ?? "")
        summary = json["summary"]?.string
        triggeredAt = json["triggered_at"]?.string.flatMap(Timestamp.date)
    }
}
