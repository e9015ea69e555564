// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import JSON
import Synchronization

/// ListAlarmsStatus, GetAlarmHistory, RetrieveDimensionStates.
extension AlarmsService {
    private func live(_ id: String) -> LiveAlarm? { state.withLock { state in state.live.first { $0.id == id } } }

    func statuses(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let isWanted = try request.compartmentFilter()
        let status = try request.choice("status", ["FIRING", "OK"])
        let dimensions = ["resourceId", "serviceName", "entityId"].compactMap { name in
            request.parameter(name).map { (name, $0) }
        }
        let (alarms, live) = state.withLock { ($0.alarms, $0.live) }
        let lives = Dictionary(live.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let records = alarms.filter { $0.deleted == nil && isWanted($0.compartment) }
        let found = try Self.ordered(records, request).compactMap { record -> JSONValue? in
            guard let live = lives[record.id], status == nil || live.state.rawValue == status,
                dimensions.allSatisfy({ wanted in live.streams.keys.contains { $0[wanted.0] == wanted.1 } })
            else { return nil }
            return Self.status(record, live, now: now)
        }
        return try ListPage(request).answer(found)
    }

    /// The AlarmStatusSummary of the API. An alarm whose own suppression holds is SUSPENDED.
    private static func status(_ record: AlarmRecord, _ live: LiveAlarm, now: Date) -> JSONValue {
        let isSuspended = live.alarm.suppression?.covers(now.milliseconds) ?? false
        return [
            "id": .string(record.id), "displayName": .string(record.displayName),
            "severity": .string((live.rule?.severity ?? live.alarm.severity).rawValue),
            "ruleName": .string(live.rule?.name ?? live.alarm.ruleName),
            "timestampTriggered": .string(WireTime.rfc3339(Date(milliseconds: live.progress.changed))),
            "alarmSummary": .string(live.summary),
            "status": .string(isSuspended ? "SUSPENDED" : live.state.rawValue),
            "suppression": record["suppression"] ?? .null,
        ]
    }

    /// Newest first, 90 days of it, of deleted alarms too.
    func history(_ id: String, _ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        guard let record = state.withLock({ state in state.alarms.first { $0.id == id } }) else {
            throw .notFoundOrDenied
        }
        let kind = try request.choice("alarmHistorytype", HistoryEntry.kinds)
        let from = try Self.instant("timestampGreaterThanOrEqualTo", request)
        let until = try Self.instant("timestampLessThan", request)
        let oldest = now.milliseconds - AlarmHistory.span
        let found = state.withLock(\.history.entries).filter { entry in
            entry.alarm == id && (kind == nil || entry.kind == kind) && entry.label >= max(oldest, from ?? .min)
                && entry.label < until ?? .max
        }
        let newest = found.enumerated().sorted { ($0.element.label, $0.offset) > ($1.element.label, $1.offset) }
        let (page, headers) = try ListPage(request).cut(newest.map(\.element.json))
        return .json(
            [
                "alarmId": .string(id), "isEnabled": record["isEnabled"] ?? true, "entries": .array(page),
            ], headers: headers)
    }

    private static func instant(_ name: String, _ request: ServerRequest) throws(ServiceError) -> Int64? {
        guard let text = request.parameter(name) else { return nil }
        guard let date = WireTime.date(rfc3339: text) else {
            throw .invalid("\(name) must be an RFC 3339 instant, not '\(text)'.")
        }
        return date.milliseconds
    }

    func dimensionStates(_ id: String, _ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        let record = try alarm(id)
        let details = request.body.isEmpty ? [:] : try request.json()
        let status = details["status"]?.string
        guard status == nil || AlarmState(rawValue: status ?? "") != nil else {
            throw .invalid("status must be FIRING or OK, not '\(status ?? "")'.")
        }
        let filters = details["dimensionFilters"]?.object ?? []
        let live = live(id)
        let found = (live?.streams ?? [:]).filter { dimensions, stream in
            (status == nil || stream.state.rawValue == status)
                && filters.allSatisfy { dimensions[$0.name] == $0.value.string }
        }
        let items = found.map { dimensions, stream -> JSONValue in
            let names = dimensions.sorted { $0.key < $1.key }
            return [
                "alarmSummary": .string(live?.summary ?? ""),
                "dimensions": .object(names.map { JSONMember($0.key, .string($0.value)) }),
                "status": .string(stream.state.rawValue),
                "ruleName": .string(stream.ruleName ?? record["ruleName"]?.string ?? "BASE"),
                "timestamp": .string(WireTime.rfc3339(Date(milliseconds: stream.since))),
            ]
        }
        let sorted = items.sorted { ($0["dimensions"]?.text ?? "") < ($1["dimensions"]?.text ?? "") }
        let (page, headers) = try ListPage(request).cut(sorted)
        return .json(
            [
                "alarmId": .string(id), "isEnabled": record["isEnabled"] ?? true,
                "isNotificationsPerMetricDimensionEnabled": record["isNotificationsPerMetricDimensionEnabled"] ?? false,
                "items": .array(page),
            ], headers: headers)
    }

    /// What an admin sees of the alarms in service.
    func overview() -> [JSONValue] {
        state.withLock(\.live).map { live in
            [
                "id": .string(live.id), "display_name": .string(live.alarm.displayName),
                "status": .string(live.state.rawValue),
                "since": .string(WireTime.rfc3339(Date(milliseconds: live.progress.changed))),
                "next_label": .string(WireTime.rfc3339(Date(milliseconds: live.progress.next))),
                "streams": .int(live.streams.count), "summary": .string(live.summary),
            ]
        }
    }
}
