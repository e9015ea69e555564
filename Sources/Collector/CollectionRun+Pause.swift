// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import Logging
import Transport

extension CollectionRun {
    /// Maintenance for which runs are skipped now. A file that cannot be read pauses nothing: collecting matters more.
    func pausingMaintenance() -> OpenMaintenance.Entry? {
        guard let open = OpenMaintenance(reading: state.maintenance) else {
            log.warning(
                "which maintenance pauses runs cannot be read, so none does: maintenance start and end make the file anew",
                metadata: ["object": "\(state.maintenance)"])
            return nil
        }
        return open.pausing(at: time.now())
    }

    /// Before the lock and before anybody is asked: what the last run left behind is for the first run afterwards.
    func skip(for maintenance: OpenMaintenance.Entry, _ progress: inout Progress) async -> RunRecord {
        progress.record.outcome = .skipped
        progress.record.skipReason = .maintenance
        let end = maintenance.endsAt.map { " until \(Timestamp.text($0).prefix(16))Z" } ?? ""
        progress.record.error = RunRecord.Failure(
            type: "maintenance",
            message: "maintenance \(maintenance.id) (\(maintenance.reason)) pauses runs\(end); `polisen-collector "
                + "maintenance end \(maintenance.id)` lets them go on",
            stage: nil, exitCode: RunFailure.Exit.temporary.rawValue)
        return await close(&progress)
    }
}
