// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

@Suite struct LastingLinesTests {
    @Test func `old months are read once, and again when something was added`() throws {
        try withTemporaryDirectory { root in
            let ledger = RunLedger(statePath: root)
            let old = try #require(Timestamp.date("2026-01-10T00:00:00Z"))
            let now = try #require(Timestamp.date("2026-06-10T00:00:00Z"))
            func note(_ text: String) -> NoteRecord {
                NoteRecord(
                    id: text, kind: .note, job: "polisen", recordedAt: old, at: old, text: text, author: "a", host: "h",
                    version: "0")
            }
            try ledger.append(note("one"))
            var known = LastingLines()
            #expect(try ledger.lasting(before: now, &known).count == 1)
            try known.save(state: root)
            #expect(LastingLines(state: root) == known)
            // Other bytes of the same size are not looked at, which shows that nothing was read.
            let file = try #require(try ledger.files().first)
            let size = try #require(try FileSystem.size(file))
            try FileSystem.replace(file, [UInt8](repeating: 0x20, count: size))
            #expect(try ledger.lasting(before: now, &known).count == 1)
            try FileSystem.append(file, [0x0A])
            #expect(try ledger.lasting(before: now, &known).isEmpty)
            try FileSystem.replace(root + "/lasting.json", [0x7B])
            #expect(LastingLines(state: root) == LastingLines())
        }
    }
}
