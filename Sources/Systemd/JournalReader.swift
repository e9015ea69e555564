// SPDX-License-Identifier: MIT

import CSystemd

/// Asks the system's journal what journald itself has thrown away.
///
/// A unit that logs more than `LogRateLimitBurst=` entries in `LogRateLimitIntervalSec=` loses the rest, and the sender is
/// not told; journald leaves one entry, "Suppressed N messages from UNIT", when the next interval begins.
@safe package struct JournalReader: ~Copyable {
    /// SAFETY: the table is written before the value exists and never afterwards.
    @safe private struct Library: @unchecked Sendable {
        let table: UnsafePointer<csystemd_reader>

        static let loaded: Library? = {
            let table = UnsafeMutablePointer<csystemd_reader>.allocate(capacity: 1)
            unsafe table.initialize(to: csystemd_reader())
            guard unsafe csystemd_load_reader(table, "libsystemd.so.0") == 0 else {
                unsafe table.deallocate()
                return nil
            }
            return unsafe Library(table: UnsafePointer(table))
        }()
    }

    private let library: Library
    private let journal: OpaquePointer

    /// nil where there is no libsystemd or no journal that may be opened.
    package init?() {
        guard let library = Library.loaded else { return nil }
        var journal: OpaquePointer?
        guard unsafe csystemd_reader_open(library.table, &journal) >= 0, let journal = unsafe journal else {
            return nil
        }
        self.library = library
        unsafe self.journal = journal
    }

    deinit { unsafe csystemd_reader_close(library.table, journal) }

    /// How many entries of the unit journald has suppressed since then; nil where the journal cannot be read (the user
    /// must be in the group systemd-journal), which is not none.
    ///
    /// - Parameters:
    ///   - unit: with its suffix: `polisen-collector.service`.
    ///   - microseconds: since 1970.
    ///   - isTrusted: only journald's own word counts; false believes every sender, for tests.
    package func suppressed(unit: String, since microseconds: UInt64, isTrusted: Bool = true) -> Int? {
        guard isReadable() else { return nil }
        var matches = ["MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e"]
        if isTrusted { matches.append("_TRANSPORT=driver") }
        guard match(matches), unsafe csystemd_reader_seek(library.table, journal, microseconds) >= 0 else { return nil }
        var count = 0
        while unsafe csystemd_reader_next(library.table, journal) > 0 {
            guard value("MESSAGE")?.hasSuffix(" messages from \(unit)") == true else { continue }
            count += value("N_DROPPED").flatMap { Int($0) } ?? 1
        }
        return count
    }

    /// Without the right to read, the journal opens and seems to be empty; journald's own first words are always there.
    private func isReadable() -> Bool {
        guard match(["_TRANSPORT=driver"]) else { return false }
        return unsafe csystemd_reader_seek_head(library.table, journal) >= 0
            && csystemd_reader_next(library.table, journal) > 0
    }

    private func match(_ matches: [String]) -> Bool {
        unsafe csystemd_reader_no_matches(library.table, journal)
        return matches.allSatisfy { unsafe csystemd_reader_match(library.table, journal, $0) >= 0 }
    }

    private func value(_ field: String) -> String? {
        var length = 0
        guard let bytes = unsafe csystemd_reader_value(library.table, journal, field, &length) else { return nil }
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
        return unsafe String(decoding: buffer, as: UTF8.self)
    }
}
