// SPDX-License-Identifier: MIT

import CSystemd

/// libsystemd, loaded into the process when the first entry or word is to be sent.
///
/// SAFETY: the table is written before the value exists and never afterwards. sd_journal_sendv(3) and sd_notify(3) may
/// be called from any thread.
@safe package struct SystemdLibrary: @unchecked Sendable {
    let table: UnsafePointer<csystemd_table>

    /// nil where the system has no libsystemd.
    static let loaded: SystemdLibrary? = load("libsystemd.so.0")

    /// Whether all that is used of it is there; loads it.
    package static var isUsable: Bool { loaded != nil && BusLibrary.loaded != nil }

    /// Loads the shared library `name`; it stays loaded until the process ends.
    static func load(_ name: String) -> SystemdLibrary? {
        let table = UnsafeMutablePointer<csystemd_table>.allocate(capacity: 1)
        unsafe table.initialize(to: csystemd_table())
        guard unsafe csystemd_load(table, name) == nil else {
            unsafe table.deallocate()
            return nil
        }
        return unsafe SystemdLibrary(table: UnsafePointer(table))
    }
}
