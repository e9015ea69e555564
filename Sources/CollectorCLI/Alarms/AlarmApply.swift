// SPDX-License-Identifier: MIT

import Alarms
import Collector
import FoundationEssentials
import JSON
import Ledger
import OCI
import Transport

/// Carries a plan out, alarm by alarm.
struct AlarmApply: Sendable {
    /// What came of one alarm.
    struct Outcome: Sendable {
        enum Result: String, Sendable, Hashable { case done, failed, untried, unneeded }

        let item: AlarmPlan.Item
        let result: Result
        var failure: RunFailure?
    }

    let cloud: AlarmCloud
    /// Is told of each alarm when it was tried.
    var progress: @Sendable (Outcome) -> Void = { _ in }

    /// So often an alarm that changes under our hands is read again.
    private static let rereads = 3

    /// Goes on after an alarm that OCI refuses; stops where the next would fail as well.
    func run(_ plan: AlarmPlan) async -> [Outcome] {
        var outcomes: [Outcome] = []
        var isOver = false
        for item in plan.items {
            guard [.create, .change, .delete].contains(item.action) else {
                outcomes.append(Outcome(item: item, result: .unneeded))
                continue
            }
            guard !isOver, !cloud.live.stop.isRequested else {
                outcomes.append(Outcome(item: item, result: .untried))
                continue
            }
            let outcome = await attempt(item)
            progress(outcome)
            outcomes.append(outcome)
            if let failure = outcome.failure, !Self.isAboutOneAlarm(failure) { isOver = true }
        }
        return outcomes
    }

    /// A definition that is refused says nothing about the next one.
    private static func isAboutOneAlarm(_ failure: RunFailure) -> Bool {
        failure.httpStatus.map { [400, 404, 409, 412, 413, 422].contains($0) } ?? (failure.type == Self.unchanged)
    }

    private func attempt(_ item: AlarmPlan.Item) async -> Outcome {
        do throws(OCIError) {
            switch (item.action, item.id, item.desired) {
            case (.create, _, let alarm?): try await create(alarm)
            case (.change, let id?, let alarm?): return try await change(item, id, alarm)
            case (.delete, let id?, _): try await delete(item, id)
            default: return Outcome(item: item, result: .unneeded)
            }
            return Outcome(item: item, result: .done)
        } catch {
            return Outcome(item: item, result: .failed, failure: Self.failure(error))
        }
    }

    private func create(_ alarm: Alarm) async throws(OCIError) {
        var random = SystemRandomNumberGenerator()
        let token = RunID(at: cloud.live.time.now(), using: &random).hex
        _ = try await cloud.monitoring.createAlarm(alarm.json, retryToken: token)
    }

    /// Changes the alarm as it was read; if somebody was faster, reads it again and looks what is left to do.
    private func change(_ item: AlarmPlan.Item, _ id: String, _ alarm: Alarm) async throws(OCIError) -> Outcome {
        guard var actual = try await cloud.monitoring.alarm(id) else {
            try await create(alarm)
            return Outcome(item: item, result: .done)
        }
        var isChecked = actual.etag == item.etag
        for round in 1... {
            if !isChecked {
                guard cloud.ownership.holds(actual.json) else { return Self.lost(item, id) }
                if AlarmPlan.change(of: actual, to: alarm).action == .none {
                    return Outcome(item: item, result: .done)
                }
            }
            do throws(OCIError) {
                let changes = AlarmDifference.update(of: actual.json, to: alarm)
                let answer = try await cloud.monitoring.updateAlarm(id, changes, ifMatch: actual.etag)
                return Self.outcome(item, answer, alarm)
            } catch {
                guard case .service(let failure) = error, failure.status == 412, round < Self.rereads,
                    let again = try await cloud.monitoring.alarm(id)
                else { throw error }
                (actual, isChecked) = (again, false)
            }
        }
        return Outcome(item: item, result: .untried)
    }

    /// Whether the change has really been made: OCI is said to pass over members that are to be emptied.
    private static func outcome(
        _ item: AlarmPlan.Item, _ answer: Monitoring.VersionedAlarm, _ alarm: Alarm
    ) -> Outcome {
        let left = AlarmDifference.changes(from: answer.json, to: alarm).map(\.path)
        guard !left.isEmpty else { return Outcome(item: item, result: .done) }
        let message =
            "OCI took the change and kept \(left.joined(separator: ", ")) as it was; to empty a member, delete the "
            + "alarm (oci monitoring alarm delete --alarm-id \(answer.id)) and apply again"
        return Outcome(
            item: item, result: .failed,
            failure: RunFailure(type: unchanged, message: message, stage: .store, exit: .cannotWrite))
    }

    private static let unchanged = "alarm_unchanged"

    private static func lost(_ item: AlarmPlan.Item, _ id: String) -> Outcome {
        let message = "\(id) was handed to somebody else meanwhile; look at it, then plan again"
        return Outcome(
            item: item, result: .failed,
            failure: RunFailure(type: unchanged, message: message, stage: .store, exit: .cannotWrite))
    }

    private func delete(_ item: AlarmPlan.Item, _ id: String) async throws(OCIError) {
        do throws(OCIError) {
            try await cloud.monitoring.deleteAlarm(id, ifMatch: item.etag)
        } catch {
            guard case .service(let failure) = error, failure.status == 412,
                let again = try await cloud.monitoring.alarm(id), cloud.ownership.holds(again.json)
            else { throw error }
            try await cloud.monitoring.deleteAlarm(id, ifMatch: again.etag)
        }
    }

    /// A definition that OCI does not take is wrong input; one that keeps changing is tried later.
    private static func failure(_ error: OCIError) -> RunFailure {
        let failure = RunFailure(error, stage: .store)
        let exit: RunFailure.Exit =
            switch failure.httpStatus {
            case 400, 413, 422: failure.type == "oci_quota_exceeded" ? failure.exit : .badData
            case 409, 412: .temporary
            default: failure.exit
            }
        return RunFailure(
            type: failure.type, message: failure.message, stage: .store, exit: exit, httpStatus: failure.httpStatus,
            requestID: failure.requestID)
    }
}
