// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Synchronization

/// Alarms and what they say (contract §7.3): definitions, states, history, suppressions.
final class AlarmsService: Sendable {
    struct State: Sendable {
        var alarms: [AlarmRecord] = []
        var suppressions: [SuppressionRecord] = []
        /// The alarms that are not deleted, as they are evaluated.
        var live: [LiveAlarm] = []
        var history: AlarmHistory
    }

    private let path: String
    let monitoring: MonitoringService
    let notifications: NotificationsService
    let state: Mutex<State>

    /// - Parameter directory: where definitions, history and progress are kept.
    init(directory: String, monitoring: MonitoringService, notifications: NotificationsService, now: Date) throws {
        path = FileSystem.join(directory, "alarms.json")
        self.monitoring = monitoring
        self.notifications = notifications
        let stored = try FileSystem.read(path).map { try JSONValue.parse($0) } ?? [:]
        state = Mutex(
            State(
                alarms: (stored["alarms"]?.array ?? []).compactMap(AlarmRecord.init(stored:)),
                suppressions: (stored["suppressions"]?.array ?? []).compactMap(SuppressionRecord.init(stored:)),
                history: try AlarmHistory(directory: directory)))
        let outcome: Result<Void, any Error> = state.withLock { state in Result { try restore(&state, now: now) } }
        try outcome.get()
    }

    /// `/20180401/alarms…` and `/20180401/alarmSuppressions…`.
    func answer(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let parts = request.segments.dropFirst()
        guard parts.first == "alarms" else { return try suppressions(request, Array(parts), now: now) }
        let id = parts.dropFirst().first ?? ""
        switch (request.method, parts.count) {
        case ("POST", 1): return try create(request, now: now)
        case ("GET", 1): return try list(request)
        case ("GET", 2) where id == "status": return try statuses(request, now: now)
        case ("GET", 2): return try alarm(id).answer
        case ("GET", 3) where parts.last == "history": return try history(id, request, now: now)
        case ("PUT", 2): return try update(id, request, now: now)
        case ("DELETE", 2): return try delete(id, request, now: now)
        case ("POST", 4) where parts[parts.startIndex + 2] == "actions":
            return try act(String(parts[parts.startIndex + 3]), on: id, request, now: now)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private func act(
        _ action: String, on id: String, _ request: ServerRequest, now: Date
    ) throws(ServiceError) -> ServerResponse {
        switch action {
        case "retrieveDimensionStates": return try dimensionStates(id, request)
        case "removeSuppression":
            _ = try change(id, request, now: now) { (record) throws(ServiceError) in
                record.set("suppression", nil)
                record.touch(now)
            }
            return ServerResponse(status: 204)
        case "changeCompartment":
            let target = try request.json()["compartmentId"]?.string
            guard let target else { throw .missing("compartmentId") }
            let record = try change(id, request, now: now) { (record) throws(ServiceError) in
                record.set("compartmentId", .string(target))
                record.touch(now)
            }
            return ServerResponse(status: 204, headers: [("etag", record.etag)])
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    // MARK: Definitions

    /// The alarm, unless it was deleted or never was.
    func alarm(_ id: String) throws(ServiceError) -> AlarmRecord {
        let found = state.withLock { state in state.alarms.first { $0.id == id && $0.deleted == nil } }
        guard let found else { throw .notFoundOrDenied }
        return found
    }

    private func create(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let token = try RetryToken(request, now: now)
        if let token, let made = try repeated(token) { return made.answer }
        let members = try Self.members(request)
        let record = AlarmRecord(
            id: "ocid1.alarm.oc1.\(Tenant.region).localoci\(AlarmRecord.newTag().filter { $0 != "-" })",
            members: members, token: token, now: now)
        _ = try AlarmAcceptance.alarm(record, isTopic: notifications.isTopic)
        try write { (state) throws(ServiceError) in
            state.alarms.append(record)
            try enlist(record, in: &state, now: now)
        }
        return record.answer
    }

    /// What was made under the token already.
    private func repeated(_ token: RetryToken) throws(ServiceError) -> AlarmRecord? {
        for record in state.withLock({ $0.alarms }) {
            guard let earlier = record.token, try earlier.isRepeated(by: token) else { continue }
            guard record.deleted == nil else { throw .invalidatedToken(token.text) }
            return record
        }
        return nil
    }

    /// The members of a definition that are not null.
    static func members(_ request: ServerRequest) throws(ServiceError) -> [JSONMember] {
        guard let members = try request.json().object else { throw .unparsable }
        return members.filter { !$0.value.isNull }
    }

    private func update(_ id: String, _ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let changes = try Self.members(request)
        return try change(id, request, now: now) { (record) throws(ServiceError) in record.apply(changes, now: now) }
            .answer
    }

    private func delete(_ id: String, _ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        _ = try change(id, request, now: now) { (record) throws(ServiceError) in
            record.deleted = now
            record.touch(now)
        }
        return ServerResponse(status: 204)
    }

    /// Changes one alarm under its `if-match`, if what comes of it is one the service takes.
    private func change(
        _ id: String, _ request: ServerRequest, now: Date,
        _ edit: (inout AlarmRecord) throws(ServiceError) -> Void
    ) throws(ServiceError) -> AlarmRecord {
        let old = try alarm(id)
        try request.requireMatch(old.etag)
        var new = old
        try edit(&new)
        if new.deleted == nil { _ = try AlarmAcceptance.alarm(new, isTopic: notifications.isTopic) }
        let changed = new
        try write { (state) throws(ServiceError) in
            guard let index = state.alarms.firstIndex(where: { $0.id == id && $0.etag == old.etag }) else {
                throw ServiceError.noEtagMatch
            }
            state.alarms[index] = changed
            try enlist(changed, in: &state, now: now)
        }
        return changed
    }

    /// Changes what is kept, and keeps it; what throws changes nothing.
    func write(_ edit: (inout State) throws(ServiceError) -> Void) throws(ServiceError) {
        let outcome: Result<Void, ServiceError> = state.withLock { state in
            var new = state
            do throws(ServiceError) {
                try edit(&new)
            } catch {
                return .failure(error)
            }
            do {
                try FileSystem.replace(path, new.stored.encoded() + [UInt8(ascii: "\n")])
            } catch {
                return .failure(.unkept(error))
            }
            state = new
            return .success(())
        }
        try outcome.get()
    }

    // MARK: Lists

    private func list(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let isWanted = try request.compartmentFilter()
        let state = try request.choice("lifecycleState", ["ACTIVE", "DELETING", "DELETED"]) ?? "ACTIVE"
        let found = self.state.withLock { $0.alarms }.filter { isWanted($0.compartment) && $0.lifecycleState == state }
        return try ListPage(request).answer(try Self.ordered(found, request).map(\.summary))
    }

    /// Filtered by `displayName`, in the order of `sortBy` and `sortOrder`.
    static func ordered(_ alarms: [AlarmRecord], _ request: ServerRequest) throws(ServiceError) -> [AlarmRecord] {
        let name = request.parameter("displayName")
        let bySeverity = try request.choice("sortBy", ["displayName", "severity"]) == "severity"
        let rank = ["CRITICAL": 0, "ERROR": 1, "WARNING": 2, "INFO": 3]
        func key(_ record: AlarmRecord) -> (Int, String, String) {
            let severity = record["severity"]?.string.flatMap { rank[$0] } ?? 0
            return (bySeverity ? severity : 0, record.displayName, record.id)
        }
        let found = alarms.filter { name == nil || $0.displayName == name }.sorted { key($0) < key($1) }
        return try request.isDescending() ? found.reversed() : found
    }
}

extension AlarmsService.State {
    var stored: JSONValue {
        ["alarms": .array(alarms.map(\.stored)), "suppressions": .array(suppressions.map(\.stored))]
    }
}

extension AlarmRecord {
    /// The alarm, and the etag that a guarded change has to name.
    var answer: ServerResponse { .json(json, headers: [("etag", etag)]) }
}
