// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Synchronization

/// CreateAlarmSuppression, GetAlarmSuppression, ListAlarmSuppressions, DeleteAlarmSuppression.
extension AlarmsService {
    func suppressions(_ request: ServerRequest, _ parts: [String], now: Date) throws(ServiceError) -> ServerResponse {
        guard parts.first == "alarmSuppressions" else { throw .unknownOperation(request.method, request.path) }
        switch (request.method, parts.count) {
        case ("POST", 1): return try createSuppression(request, now: now)
        case ("GET", 1): return try listSuppressions(request)
        case ("GET", 2): return try suppression(parts[1]).answer
        case ("DELETE", 2):
            let record = try suppression(parts[1])
            try request.requireMatch(record.etag)
            try write { (state) throws(ServiceError) in
                for index in state.suppressions.indices where state.suppressions[index].id == record.id {
                    state.suppressions[index].deleted = now
                }
                refreshSuppressions(&state)
            }
            return ServerResponse(status: 204)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private func suppression(_ id: String) throws(ServiceError) -> SuppressionRecord {
        let found = state.withLock { state in state.suppressions.first { $0.id == id && $0.deleted == nil } }
        guard let found else { throw .notFoundOrDenied }
        return found
    }

    private func createSuppression(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let token = try RetryToken(request, now: now)
        if let token {
            for record in state.withLock({ $0.suppressions }) {
                guard let earlier = record.token, try earlier.isRepeated(by: token) else { continue }
                guard record.deleted == nil else { throw .invalidatedToken(token.text) }
                return record.answer
            }
        }
        let record = SuppressionRecord(
            members: try Self.members(request), compartment: try compartment(try request.json()), token: token,
            now: now)
        try SuppressionAcceptance.check(record)
        try write { (state) throws(ServiceError) in
            state.suppressions.append(record)
            refreshSuppressions(&state)
        }
        return record.answer
    }

    /// The compartment of the target; throws where there is no such target.
    private func compartment(_ details: JSONValue) throws(ServiceError) -> String {
        guard let target = details["alarmSuppressionTarget"], !target.isNull else {
            throw .missing("alarmSuppressionTarget")
        }
        switch target["targetType"]?.string {
        case "ALARM":
            guard let id = target["alarmId"]?.string else { throw .missing("alarmSuppressionTarget.alarmId") }
            return try alarm(id).compartment
        case "COMPARTMENT":
            guard let id = target["compartmentId"]?.string else {
                throw .missing("alarmSuppressionTarget.compartmentId")
            }
            guard AlarmAcceptance.isCompartment(id) else {
                throw .invalid("alarmSuppressionTarget.compartmentId must be a compartment's OCID.")
            }
            return id
        default: throw .invalid("alarmSuppressionTarget.targetType must be ALARM or COMPARTMENT.")
        }
    }

    private func listSuppressions(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let level = try request.choice("level", ["ALARM", "DIMENSION"])
        let type = try request.choice("targetType", ["ALARM", "COMPARTMENT"])
        let state = try request.choice("lifecycleState", ["ACTIVE", "DELETED"]) ?? "ACTIVE"
        let name = request.parameter("displayName")
        let isInScope = try scope(request)
        let found = self.state.withLock { $0.suppressions }.filter { record in
            (level == nil || record.level == level) && (type == nil || record.targetType == type)
                && record.lifecycleState == state && (name == nil || record.displayName == name) && isInScope(record)
        }
        let order = try request.choice("sortBy", ["displayName", "timeCreated", "timeSuppressFrom"])
        let sorted = found.sorted { Self.key($0, order) < Self.key($1, order) }
        let (page, headers) = try ListPage(request).cut(
            (try request.isDescending() ? sorted.reversed() : sorted).map(\.json))
        return .json(["items": .array(page)], headers: headers)
    }

    private static func key(_ record: SuppressionRecord, _ order: String?) -> (String, String) {
        switch order {
        case "timeCreated": (WireTime.rfc3339(record.created), record.id)
        case "timeSuppressFrom": (record["timeSuppressFrom"]?.string ?? "", record.id)
        default: (record.displayName, record.id)
        }
    }

    /// What `alarmId`, `isAllSuppressions` and `compartmentId` let through; one of the ids is needed.
    private func scope(_ request: ServerRequest) throws(ServiceError) -> (SuppressionRecord) -> Bool {
        guard let id = request.parameter("alarmId") else {
            guard try !request.flag("isAllSuppressions") else { throw .missing("alarmId") }
            let isWanted = try request.compartmentFilter()
            return { isWanted($0.compartment) }
        }
        guard try request.flag("isAllSuppressions") else { return { $0.alarm == id } }
        let record = try alarm(id)
        return { $0.concerns(record) }
    }
}

/// What Monitoring refuses in a suppression.
enum SuppressionAcceptance {
    private static let dimensionsLimit = 4_000

    static func check(_ record: SuppressionRecord) throws(ServiceError) {
        for name in ["displayName", "timeSuppressFrom", "timeSuppressUntil"] where record[name] == nil {
            throw .missing(name)
        }
        let dimensions = record["dimensions"]
        if record.level == "DIMENSION" {
            guard dimensions?.object?.isEmpty == false else {
                throw .invalid("dimensions must name at least one dimension and its value where level is DIMENSION.")
            }
        } else if dimensions?.object?.isEmpty == false {
            throw .invalid("dimensions can be given only where level is DIMENSION.")
        }
        if let dimensions, dimensions.text.unicodeScalars.count > dimensionsLimit {
            throw .invalid("dimensions values are too long: at most \(dimensionsLimit) characters as JSON.")
        }
        _ = try AlarmAcceptance.suppression(record)
    }
}

extension SuppressionRecord {
    fileprivate var answer: ServerResponse { .json(json, headers: [("etag", etag)]) }
}
