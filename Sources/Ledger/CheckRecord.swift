// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON

/// What the ledger keeps of a check of freshness: one at each change and at least one every 15 minutes.
///
/// It is evidence of its own: minutes without a run and without a check are unknown, not good.
package struct CheckRecord: Sendable, Hashable {
    package static let schema = 1

    package let checkedAt: Date
    package let job: String
    package let environment: String
    package let vantage: String
    /// `fresh` `missed` `failing` `stuck` `quiet` `unknown`.
    package let state: String
    package let since: Date
    package let isStale: Bool
    package let isAlarming: Bool
    /// Since the end of the last good run; nil where nobody knew.
    package var ageSeconds: Double?
    package var dataAgeSeconds: Double?
    package var lastSuccessAt: Date?
    package let cause: String
    package let host: String
    package let version: String
    /// Places asked, and what kept them from being read.
    package var sources: [Source] = []
    package var schedulerProblem: String?
    /// Notices that could not be delivered yet.
    package var noticesWaiting = 0

    package struct Source: Sendable, Hashable {
        package let name: String
        /// nil where it was read.
        package let problem: String?

        package init(name: String, problem: String?) {
            self.name = name
            self.problem = problem
        }
    }

    package init(
        checkedAt: Date, job: String, environment: String, vantage: String, state: String, since: Date, isStale: Bool,
        isAlarming: Bool, cause: String, host: String, version: String
    ) {
        self.checkedAt = checkedAt
        self.job = job
        self.environment = environment
        self.vantage = vantage
        self.state = state
        self.since = since
        self.isStale = isStale
        self.isAlarming = isAlarming
        self.cause = cause
        self.host = host
        self.version = version
    }
}

extension CheckRecord {
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "check"),
            JSONMember("checked_at", .string(Timestamp.text(checkedAt))), JSONMember("job", .string(job)),
            JSONMember("environment", .string(environment)), JSONMember("vantage", .string(vantage)),
            JSONMember("state", .string(state)), JSONMember("since", .string(Timestamp.text(since))),
            JSONMember("stale", .bool(isStale)), JSONMember("alarming", .bool(isAlarming)),
        ]
        if let ageSeconds { members.append(JSONMember("age_seconds", .double(ageSeconds.rounded()))) }
        if let dataAgeSeconds { members.append(JSONMember("data_age_seconds", .double(dataAgeSeconds.rounded()))) }
        if let lastSuccessAt {
            members.append(JSONMember("last_success_at", .string(Timestamp.text(lastSuccessAt))))
        }
        members += [
            JSONMember("cause", .string(cause)), JSONMember("sources", .array(sources.map(\.json))),
        ]
        if let schedulerProblem { members.append(JSONMember("scheduler_problem", .string(schedulerProblem))) }
        if noticesWaiting > 0 { members.append(JSONMember("notices_waiting", .int(noticesWaiting))) }
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
        guard json["type"] == "check" else { throw .invalid(member: "type") }
        let schema = json["schema"]?.int ?? 0
        guard schema <= Self.schema else { throw .newerSchema(schema) }
        guard let checkedAt = json["checked_at"]?.string.flatMap(Timestamp.date) else {
            throw .invalid(member: "checked_at")
        }
        guard let state = json["state"]?.string else { throw .invalid(member: "state") }
        guard let isStale = json["stale"]?.bool else { throw .invalid(member: "stale") }
        self.init(
            checkedAt: checkedAt, job: json["job"]?.string ?? "", environment: json["environment"]?.string ?? "",
            vantage: json["vantage"]?.string ?? "", state: state,
            since: json["since"]?.string.flatMap(Timestamp.date) ?? checkedAt, isStale: isStale,
            isAlarming: json["alarming"]?.bool ?? isStale, cause: json["cause"]?.string ?? "",
            host: json["host"]?.string ?? "", version: json["version"]?.string ?? "")
        ageSeconds = json["age_seconds"]?.double
        dataAgeSeconds = json["data_age_seconds"]?.double
        lastSuccessAt = json["last_success_at"]?.string.flatMap(Timestamp.date)
        sources = (json["sources"]?.array ?? []).compactMap { source in
            source["name"]?.string.map { Source(name: $0, problem: source["problem"]?.string) }
        }
        schedulerProblem = json["scheduler_problem"]?.string
        noticesWaiting = json["notices_waiting"]?.int ?? 0
    }
}

extension CheckRecord.Source {
    fileprivate var json: JSONValue {
        .object([JSONMember("name", .string(name))] + (problem.map { [JSONMember("problem", .string($0))] } ?? []))
    }
}
