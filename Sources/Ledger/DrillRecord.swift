// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// What the ledger keeps of a drill: an alarm made to fire on a stream of its own.
package struct DrillRecord: Sendable, Hashable {
    package static let schema = 1

    /// How it ended.
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It fired within its budget.
        case passed
        /// It fired too late.
        case late
        /// It did not fire while it was waited for.
        case silent
        /// OCI could not be asked, or refused.
        case failed
        /// Somebody ended the drill.
        case interrupted
    }

    package let drill: String
    package let job: String
    /// The name of the alarm's file.
    package let alarm: String
    package let startedAt: Date
    package var outcome: Outcome
    package let budgetSeconds: Double
    /// When the points were posted that make the alarm fire.
    package var postedAt: Date?
    /// When the temporary alarm was made.
    package var createdAt: Date?
    package var alarmID: String?
    /// When the alarm was first seen firing, by this host's clock.
    package var firedAt: Date?
    /// From the last of posting and making to the alarm's state FIRING.
    package var detectionSeconds: Double?
    /// When it was seen OK again; nil where that was not waited for.
    package var clearedAt: Date?
    /// Whether the temporary alarm is gone.
    package var isDeleted = false
    /// Subscriptions of the topic that are confirmed; nil where nobody looked.
    package var subscriptions: Int?
    package var problem: String?
    package let host: String
    package let version: String

    package init(
        drill: String, job: String, alarm: String, startedAt: Date, outcome: Outcome, budgetSeconds: Double,
        host: String, version: String
    ) {
        self.drill = drill
        self.job = job
        self.alarm = alarm
        self.startedAt = startedAt
        self.outcome = outcome
        self.budgetSeconds = budgetSeconds
        self.host = host
        self.version = version
    }
}

extension DrillRecord {
    /// One line of the ledger.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "drill"), JSONMember("drill", .string(drill)),
            JSONMember("job", .string(job)), JSONMember("alarm", .string(alarm)),
            JSONMember("started_at", .string(Timestamp.text(startedAt))),
            JSONMember("outcome", .string(outcome.rawValue)), JSONMember("budget_seconds", .double(budgetSeconds)),
        ]
        let instants = [
            ("posted_at", postedAt), ("created_at", createdAt), ("fired_at", firedAt), ("cleared_at", clearedAt),
        ]
        for case (let name, let date?) in instants { members.append(JSONMember(name, .string(Timestamp.text(date)))) }
        if let detectionSeconds { members.append(JSONMember("detection_seconds", .double(detectionSeconds.rounded()))) }
        if let alarmID { members.append(JSONMember("alarm_id", .string(alarmID))) }
        members.append(JSONMember("deleted", .bool(isDeleted)))
        if let subscriptions { members.append(JSONMember("subscriptions", .int(subscriptions))) }
        if let problem { members.append(JSONMember("problem", .string(problem))) }
        members += [JSONMember("host", .string(host)), JSONMember("version", .string(version))]
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
        guard json["type"] == "drill" else { throw .invalid(member: "type") }
        let schema = json["schema"]?.int ?? 0
        guard schema <= Self.schema else { throw .newerSchema(schema) }
        guard let drill = json["drill"]?.string else { throw .invalid(member: "drill") }
        guard let startedAt = json["started_at"]?.string.flatMap(Timestamp.date) else {
            throw .invalid(member: "started_at")
        }
        guard let outcome = json["outcome"]?.string.flatMap(Outcome.init) else { throw .invalid(member: "outcome") }
        self.init(
            drill: drill, job: json["job"]?.string ?? "", alarm: json["alarm"]?.string ?? "", startedAt: startedAt,
            outcome: outcome, budgetSeconds: json["budget_seconds"]?.double ?? 0, host: json["host"]?.string ?? "",
            version: json["version"]?.string ?? "")
        func instant(_ name: String) -> Date? { json[name]?.string.flatMap(Timestamp.date) }
        (postedAt, createdAt) = (instant("posted_at"), instant("created_at"))
        (firedAt, clearedAt) = (instant("fired_at"), instant("cleared_at"))
        detectionSeconds = json["detection_seconds"]?.double
        alarmID = json["alarm_id"]?.string
        isDeleted = json["deleted"]?.bool ?? false
        subscriptions = json["subscriptions"]?.int
        problem = json["problem"]?.string
    }
}
