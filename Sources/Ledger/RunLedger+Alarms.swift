// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import JSON

extension RunLedger {
    /// Adds records of alarms, each to the month in which the alarm changed; when this returns they survive a crash.
    package func append(_ alarms: [AlarmRecord]) throws(FileError) {
        for (month, records) in Dictionary(grouping: alarms, by: { CalendarDay($0.at).monthText }).sorted(by: {
            $0.key < $1.key
        }) {
            try append(records.map(\.json), month: month)
        }
    }

    /// Adds the record of a drill; when this returns it survives a crash.
    package func append(_ drill: DrillRecord) throws(FileError) {
        try append([drill.json], month: CalendarDay(drill.startedAt).monthText)
    }

    /// The records of alarms since an instant, oldest file first; lines that cannot be read are left out.
    package func alarms(since instant: Date) throws(FileError) -> [AlarmRecord] {
        try lines(of: "alarm", since: instant).compactMap { try? AlarmRecord(line: $0) }
    }

    /// The records of drills since an instant, oldest file first; lines that cannot be read are left out.
    package func drills(since instant: Date) throws(FileError) -> [DrillRecord] {
        try lines(of: "drill", since: instant).compactMap { try? DrillRecord(line: $0) }
    }

    /// Lines of one type in the files of the months since an instant.
    private func lines(of type: String, since instant: Date) throws(FileError) -> [[UInt8]] {
        let first = FileSystem.join(directory, "\(name)-\(CalendarDay(instant).monthText).jsonl")
        let mark = Array("\"type\":\"\(type)\"".utf8)
        var found: [[UInt8]] = []
        for file in try files() where file >= first {
            for line in (try FileSystem.read(file) ?? []).split(separator: UInt8(ascii: "\n")) {
                // This program writes the type near the beginning.
                if line.prefix(64).firstRange(of: mark) != nil { found.append(Array(line)) }
            }
        }
        return found
    }
}
