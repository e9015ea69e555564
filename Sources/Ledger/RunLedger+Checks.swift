// SPDX-License-Identifier: MIT

package import Files
import FoundationEssentials
import JSON

extension RunLedger {
    /// Adds the record of a check; when this returns it survives a crash.
    package func append(_ check: CheckRecord) throws(FileError) {
        try append([check.json], month: CalendarDay(check.checkedAt).monthText)
    }

    /// The records of checks, oldest first; lines that cannot be read are left out.
    package func checks() throws(FileError) -> [CheckRecord] {
        var found: [CheckRecord] = []
        try forEach { entry in
            // Losing the error is right: `LedgerReading` tells of damaged lines.
            if case .other(type: "check", let line) = entry.content, let check = try? CheckRecord(line: line) {
                found.append(check)
            }
            return true
        }
        return found
    }
}
