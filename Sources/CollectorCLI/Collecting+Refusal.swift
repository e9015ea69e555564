// SPDX-License-Identifier: MIT

import Collector
import Files
import JSON
import Ledger
import Transport

extension Collecting {
    /// Records a run that its configuration kept from beginning, in the ledger where that is known and there: nothing is
    /// made for a command that may be a mistake altogether.
    func recordRefusal(_ error: ConfigurationError, in surroundings: Surroundings) {
        let now = TimeSource.live.now()
        var random = SystemRandomNumberGenerator()
        var setting = RunSetting()
        setting.version = Product.version
        setting.host = HostFacts.hostName
        setting.invocationID = surroundings.environment["INVOCATION_ID"]
        var record = setting.record(RunID(at: now, using: &random), .collect, at: now)
        record.error = RunRecord.Failure(
            type: "configuration", message: error.problems.map(\.summary).joined(separator: "; "), stage: nil,
            exitCode: Int(ExitStatus.configuration.rawValue))
        if json { _ = surroundings.answer(record.json.text) }
        guard let path = error.statePath, FileSystem.exists(path) else { return }
        do throws(FileError) {
            _ = try surroundings.becomeOwner(path)
            try RunLedger(statePath: path).append(record)
        } catch {
            surroundings.tell("polisen-collector: the failure is not in the ledger: \(error)")
        }
    }
}
