// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Collecting {
    /// Reads `collect` as timers and people mostly write it: `--json`, `--config`, `--planned-at` and `--set`, each once
    /// (`--set` at will), with values that are none of ArgumentParser's special cases. nil for all else, which is
    /// ArgumentParser's, help and mistakes included.
    ///
    /// ArgumentParser takes 6 % of a run's CPU time to find out the same (observed 2026-11, version 1.8.2).
    init?(plain arguments: [String]) {
        guard arguments.first == "collect" else { return nil }
        self.init()
        var rest = arguments.dropFirst()
        while let argument = rest.popFirst() {
            if argument == "--json", !json {
                json = true
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst(), !value.isEmpty, !value.hasPrefix("-"),
                take(parts[0], value)
            else { return nil }
        }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "--config" where choices.config == nil: choices.config = value
        case "--planned-at" where plannedAt == nil:
            plannedAt = Timestamp.date(value)
            return plannedAt != nil
        case "--set":
            guard let flag = ConfigurationFlag(assignment: value) else { return false }
            choices.flags.append(flag)
        default: return false
        }
        return true
    }
}
