// SPDX-License-Identifier: MIT

package import Files
import FoundationEssentials
import JSON

extension RunLedger {
    /// Adds a record of maintenance to the month in which the work begins, so that all records of an id lie together;
    /// when this returns it survives a crash.
    package func append(_ maintenance: MaintenanceRecord) throws(FileError) {
        try append([maintenance.json], month: CalendarDay(maintenance.startsAt).monthText)
    }

    /// Adds a note to the month it is about; when this returns it survives a crash.
    package func append(_ note: NoteRecord) throws(FileError) {
        try append([note.json], month: CalendarDay(note.at).monthText)
    }
}
