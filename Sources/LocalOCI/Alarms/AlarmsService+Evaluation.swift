// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import JSON
import MQL
import Synchronization

/// Evaluating alarms each minute of local-oci's clock, and telling their destinations.
extension AlarmsService {
    /// What one call of `catchUp` did.
    struct Progress: Sendable {
        var evaluations = 0
        var messages: [Message] = []
    }

    /// Evaluates every label that became due until `now`, for all alarms in the order of time, and publishes what they say.
    @discardableResult
    func catchUp(now: Date) throws(ServiceError) -> Progress {
        let instant = now.milliseconds
        let outcome: Result<Progress, any Error> = state.withLock { state in
            Result { try evaluate(&state, until: instant) }
        }
        do {
            return try outcome.get()
        } catch {
            throw ServiceError(500, "InternalServerError", "local-oci cannot evaluate its alarms: \(error)")
        }
    }

    private func evaluate(_ state: inout State, until now: Int64) throws -> Progress {
        var progress = Progress()
        var stores: [MetricScope: MetricStore] = [:]
        var isMoved = false
        for index in state.live.indices { try state.live[index].follow(now) }
        while let index = state.live.indices.min(by: { state.live[$0].due < state.live[$1].due }),
            state.live[index].due <= now
        {
            let alarm = state.live[index].alarm
            let scope = MetricScope(alarm)
            let store = stores[scope] ?? monitoring.store(scope)
            stores[scope] = store
            let last = UTCTime.minuteDown(now - alarm.slackMilliseconds)
            let outcome = state.live[index].step(over: store, upTo: last)
            progress.evaluations += 1
            isMoved = true
            try state.history.add(outcome.entries)
            for message in outcome.messages {
                for published in Message.published(message) {
                    try notifications.publish(published)
                    progress.messages.append(published)
                }
            }
        }
        if isMoved { try state.history.keep(state.live) }
        return progress
    }

    /// Puts an alarm that was made or changed into service, or takes one that was deleted out of it.
    ///
    /// A change that does not touch what is asked keeps the alarm's state; after any other it starts as OK, so that it tells
    /// its destinations if the new condition holds.
    func enlist(_ record: AlarmRecord, in state: inout State, now: Date) throws(ServiceError) {
        let place = state.live.firstIndex { $0.id == record.id }
        guard record.deleted == nil else {
            if let place { state.live.remove(at: place) }
            return
        }
        let alarm = try AlarmAcceptance.alarm(record)
        var progress = LiveAlarm.start(at: now)
        if let place {
            let old = state.live[place]
            let keepsState = old.decides(like: alarm)
            progress = old.progress
            if !keepsState { progress.calm = progress.next }
        }
        let order = place.map { state.live[$0].order } ?? (state.live.map(\.order).max() ?? 0) + 1
        let new = try live(alarm, record, order: order, progress: progress, state.suppressions)
        if let place { state.live[place] = new } else { state.live.append(new) }
    }

    private func live(
        _ alarm: Alarm, _ record: AlarmRecord, order: Int, progress: LiveAlarm.Progress,
        _ suppressions: [SuppressionRecord]
    ) throws(ServiceError) -> LiveAlarm {
        do {
            return try LiveAlarm(
                alarm, id: record.id, order: order, suppressions: Self.effective(suppressions, on: record),
                progress: progress, over: monitoring.store(MetricScope(alarm)))
        } catch {
            throw .invalid("\(error)")
        }
    }

    /// The separate suppressions that concern an alarm.
    private static func effective(_ suppressions: [SuppressionRecord], on record: AlarmRecord) -> [AlarmSuppression] {
        // What was accepted once can be read again.
        suppressions.filter { $0.deleted == nil && $0.concerns(record) }.compactMap {
            try? AlarmAcceptance.suppression($0)
        }
    }

    /// Lets the alarms in service know which suppressions there are.
    func refreshSuppressions(_ state: inout State) {
        for index in state.live.indices {
            guard let record = state.alarms.first(where: { $0.id == state.live[index].id }) else { continue }
            state.live[index].suppress(by: Self.effective(state.suppressions, on: record))
        }
    }

    /// Puts the alarms of an earlier start into service, each where it was.
    func restore(_ state: inout State, now: Date) throws {
        let known = try state.history.progress()
        for (index, record) in state.alarms.enumerated() where record.deleted == nil {
            let alarm = try AlarmAcceptance.alarm(record)
            let progress = known[record.id] ?? LiveAlarm.start(at: record.created)
            state.live.append(
                try live(alarm, record, order: index, progress: progress, state.suppressions))
        }
    }
}

/// Which metrics an alarm or a query is about.
struct MetricScope: Sendable, Hashable {
    let compartment: String
    /// Of all compartments; only with the tenancy's.
    let isSubtree: Bool

    init(compartment: String, isSubtree: Bool) {
        self.compartment = compartment
        self.isSubtree = isSubtree
    }

    init(_ alarm: Alarm) {
        self.init(compartment: alarm.metricCompartmentID ?? "", isSubtree: alarm.metricCompartmentIDInSubtree)
    }
}

extension Message {
    /// What an alarm says, once for each of its destinations. A stream always gets RAW; so does a webhook where the mail is
    /// formatted.
    static func published(_ message: AlarmMessage) -> [Message] {
        let format = message.alarm.messageFormat
        let origin = Origin(
            id: message.alarmID, displayName: message.alarm.displayName, transition: message.type.rawValue,
            label: Date(milliseconds: message.label))
        return message.alarm.destinations.map { destination in
            let isTopic = OCID(destination)?.kind == "onstopic"
            var published = Message(
                topic: destination, title: message.subject(as: isTopic ? format : .raw),
                body: message.rendered(as: isTopic ? format : .raw), type: "ALARM",
                time: Date(milliseconds: message.deliveredAt), alarm: origin)
            if isTopic, format == .onsOptimized { published.webhookBody = message.rendered(as: .raw) }
            return published
        }
    }
}
