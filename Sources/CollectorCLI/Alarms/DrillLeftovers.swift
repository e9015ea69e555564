// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Ledger
import OCI
import Transport

/// Temporary alarms of drills that could not take them away: the process was killed, or OCI was not reached.
struct DrillLeftovers: Sendable {
    let cloud: AlarmCloud

    /// OCIDs of copies whose time is over, or of all copies of this job.
    func find(isEvery: Bool) async throws(OCIError) -> [String] {
        let now = cloud.live.time.now()
        return try await cloud.monitoring.alarms(compartment: cloud.compartment, lifecycleState: "ACTIVE")
            .filter { summary in
                guard AlarmOwnership.tag(AlarmOwnership.Tag.manager, of: summary) == AlarmOwnership.drillManager,
                    AlarmOwnership.tag(AlarmOwnership.Tag.job, of: summary) == cloud.ownership.job
                else { return false }
                let end = AlarmOwnership.tag(DrillAlarm.untilTag, of: summary).flatMap(Timestamp.date)
                return isEvery || end.map { $0 < now } ?? true
            }
            .compactMap { $0["id"]?.string }
    }

    /// Deletes them; returns how many there were.
    func remove(isEvery: Bool) async throws(OCIError) -> Int {
        let ids = try await find(isEvery: isEvery)
        for id in ids { try await cloud.monitoring.deleteAlarm(id, ifMatch: nil) }
        return ids.count
    }
}
