// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import MQL

extension MetricDataReader {
    /// Adds what the runs and checks of a ledger posted, or would have posted; returns lines that cannot be read.
    ///
    /// - Parameters:
    ///   - namespace: of the metrics.
    ///   - start: only the months that can hold points from here on; nil: all of them.
    mutating func read(
        _ ledger: RunLedger, namespace: String, since start: Date? = nil
    ) throws(FileError) -> [DamagedLine] {
        var metrics = LedgerMetrics()
        var damaged: [DamagedLine] = []
        var reader = self
        let take = { (entry: LedgerEntry) -> Bool in
            switch entry.content {
            case .run(let record):
                let common = ["job": record.job, "env": record.environment]
                reader.add(metrics.samples(of: record), common, namespace)
            case .other(type: "check", let line):
                // A check of a newer program is told of like a damaged line by those who show checks; here it is only
                // one minute less.
                guard let check = try? CheckRecord(line: line) else { return true }
                reader.add(metrics.samples(of: check), ["job": check.job, "env": check.environment], namespace)
            case .other: break
            case .damaged(let line, _): damaged.append(line)
            }
            return true
        }
        if let start { try ledger.forEach(since: start, take) } else { try ledger.forEach(take) }
        self = reader
        return damaged
    }

    private mutating func add(
        _ samples: [LedgerMetrics.TimedSample], _ common: [String: String], _ namespace: String
    ) {
        for timed in samples where columns.wanted?.contains(timed.sample.name) != false {
            let dimensions = timed.sample.dimensions.merging(common) { own, _ in own }
            add(
                timed.sample.value, at: Int64(Timestamp.milliseconds(timed.at)),
                to: StreamIdentity(namespace: namespace, metric: timed.sample.name, dimensions: dimensions))
        }
    }
}
