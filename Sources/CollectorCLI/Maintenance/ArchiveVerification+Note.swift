// SPDX-License-Identifier: MIT

import Collector
import Files
import Ledger
import Transport

extension Surroundings {
    /// Puts what a verification found into the ledger, where there is one: reports take the share of duplicates from it.
    func note(_ report: ArchiveVerification.Report, _ verdict: String, _ live: Live) {
        guard FileSystem.exists(live.state.root) else { return }
        let now = live.time.now()
        var random = SystemRandomNumberGenerator()
        var note = NoteRecord(
            id: LedgerBook().newID(using: &random), kind: .verification, job: live.configuration.job, recordedAt: now,
            at: now, text: verdict, author: author, host: HostFacts.hostName, version: Product.version)
        note.linesCounted = report.events + report.revisions + report.rejects
        note.duplicates = report.duplicates
        do throws(FileError) {
            try RunLedger(statePath: live.state.root).append(note)
        } catch {
            complain("the ledger does not keep this verification, so reports miss it: \(error)")
        }
    }
}
