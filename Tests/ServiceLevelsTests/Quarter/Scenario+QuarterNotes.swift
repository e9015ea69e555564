// SPDX-License-Identifier: MIT

import Ledger

extension Scenario {
    static let works = [
        DeclaredMaintenance(
            id: "a0000001", recorded: "2026-10-26 14:00", from: "2026-10-27 08:00", to: "2026-10-27 10:00",
            reason: "storage upgrade", isEndedLater: true),
        DeclaredMaintenance(
            id: "a0000002", recorded: "2026-10-26 14:05", from: "2026-10-27 09:30", to: "2026-10-27 11:00",
            reason: "new host key", pausesRuns: true),
        DeclaredMaintenance(
            id: "a0000003", recorded: "2026-11-30 09:00", from: "2026-12-01 20:00", to: "2026-12-01 23:30",
            reason: "kernel upgrade"),
        DeclaredMaintenance(
            id: "a0000004", recorded: "2026-11-30 09:10", from: "2026-12-03 10:00", to: "2026-12-03 12:00",
            reason: "called off", isCancelled: true),
        // Told on Monday before the report.
        DeclaredMaintenance(
            id: "a0000005", recorded: "2026-12-07 07:30", from: "2026-12-05 08:00", to: "2026-12-05 09:00",
            reason: "disk swap nobody announced"),
    ]

    static let notes: [DeclaredNote] =
        [
            DeclaredNote(
                id: "b0000001", kind: .note, recorded: "2026-10-14 03:10", at: "2026-10-14 03:10",
                text: "Object Storage answers 503; told Oracle"),
            DeclaredNote(
                id: "b0000002", kind: .action, recorded: "2026-10-26 08:30", at: "2026-10-25 02:00",
                text: "Raise the memory limit"),
            DeclaredNote(
                id: "b0000002", kind: .done, recorded: "2026-11-05 10:05", at: "2026-11-05 10:05", text: "In 1.1.0"),
            DeclaredNote(
                id: "b0000003", kind: .action, recorded: "2026-12-28 08:00", at: "2026-12-28 08:00",
                text: "Renew the vault policy before it ends again"),
            // About a week that was over when it was written.
            DeclaredNote(
                id: "b0000004", kind: .note, recorded: "2026-12-28 08:10", at: "2026-12-26 09:00",
                text: "Policy restored by hand"),
        ] + verifications

    /// Each Sunday night, but while the host was off; twelve lines stood twice in W50.
    private static let verifications: [DeclaredNote] = [
        ("2026-10-04", 1_200, 0), ("2026-10-11", 2_700, 0), ("2026-10-18", 4_100, 0), ("2026-10-25", 5_600, 0),
        ("2026-11-01", 7_000, 0), ("2026-11-08", 8_400, 0), ("2026-11-15", 9_900, 0), ("2026-11-29", 11_300, 0),
        ("2026-12-06", 12_800, 0), ("2026-12-13", 14_200, 12), ("2026-12-20", 15_700, 12), ("2026-12-27", 16_600, 0),
        ("2027-01-03", 18_000, 0),
    ].map { (day: String, lines: Int, twice: Int) -> DeclaredNote in
        DeclaredNote(
            id: "c" + day.filter(\.isNumber).suffix(7), kind: .verification, recorded: day + " 03:15",
            at: day + " 03:15", text: "\(lines) lines, \(twice) twice", lines: lines, duplicates: twice)
    }
}
