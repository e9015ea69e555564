// SPDX-License-Identifier: MIT

import Ledger
import ServiceLevels

extension Scenario {
    /// 2026-W40 to 2026-W53: the collector is set up, and everything happens to it. Each stretch without fresh data is
    /// worked out by hand: a run ends seconds after its slot, and what it fetched is fresh up to the minute an hour
    /// after the slot. So of k slots on end without a success come 30 × (k − 1) stale minutes.
    static let quarter = Scenario(
        first: "2026-09-30 07:30", last: "2027-01-04 08:00", firstGood: "2026-09-30 07:31", troubles: troubles,
        incidents: incidents,
        off: [
            ("2026-11-07 09:10", "2026-11-07 11:29"), ("2026-11-15 20:10", "2026-11-23 06:40"),
            ("2026-12-01 20:10", "2026-12-01 22:40"),
        ],
        madeUp: [("2026-11-23 06:30", "2026-11-23 06:42")],
        late: [("2026-10-08 05:00", 400), ("2026-12-17 09:00", 299), ("2026-12-18 09:00", 305)],
        wrongClock: [
            ("2026-11-10 12:10", "2026-11-10 13:10", 120), ("2026-11-12 12:10", "2026-11-12 13:10", -60),
        ],
        maintenance: works, notes: notes,
        alarms: [
            ("2026-11-25 03:20", "run-stuck", "FIRING"), ("2026-11-25 04:31", "run-stuck", "OK"),
            ("2026-12-24 21:40", "vault-access", "FIRING"), ("2026-12-26 09:02", "vault-access", "OK"),
            ("2027-01-03 21:05", "freshness-stale", "FIRING"), ("2027-01-04 04:31", "freshness-stale", "OK"),
        ],
        drops: [("2026-12-09 14:00", 500), ("2026-12-30 02:30", 7)], newAccounts: ["2026-12-11 00:00"],
        versions: [("2026-09-30 07:30", "1.0.0"), ("2026-11-05 10:00", "1.1.0")],
        configurations: [("2026-09-30 07:30", "a1b2c3d4"), ("2026-11-06 09:00", "0fedcba9")],
        damaged: ["2026-12-16 16:30"], tornEnd: #"{"schema":1,"type":"run","run_id":"019b8"#)

    private static let troubles = [
        Trouble("2026-10-06 10:00", 1, .fails("feed_timeout")),
        Trouble("2026-10-14 02:00", 5, .fails("oci_server_error")),
        Trouble("2026-10-25 00:00", 4, .killed("killed_oom")),
        Trouble("2026-10-27 08:00", 3, .fails("oci_server_error")),
        Trouble("2026-10-27 09:30", 3, .skipped(.maintenance)),
        Trouble("2026-10-31 23:30", 1, .killed("killed_timeout"), isNoticedLate: true),
        Trouble("2026-11-04 12:00", 3, .filtered),
        Trouble("2026-11-25 03:00", 3, .skipped(.locked)),
        Trouble("2026-12-05 07:30", 3, .fails("oci_server_error")),
        Trouble("2026-12-24 18:00", 78, .fails("oci_credential_vault_denied")),
        Trouble("2026-12-31 22:00", 6, .fails("oci_server_error")),
        Trouble("2027-01-03 20:30", 16, .fails("feed_timeout")),
    ]

    private static let incidents = [
        DeclaredIncident(
            stale: "2026-10-14 02:31", good: "2026-10-14 04:31", noticed: "2026-10-14 02:35",
            lastGood: "2026-10-14 01:30", cause: .failing(errorType: "oci_server_error", runs: 5)),
        // The night the clocks go back: 02:31 in summer time to 03:01 in winter time.
        DeclaredIncident(
            stale: "2026-10-25 00:31", good: "2026-10-25 02:01", noticed: "2026-10-25 00:33",
            lastGood: "2026-10-24 23:30", cause: .failing(errorType: "killed_oom", runs: 4)),
        // 149 of 150 minutes lie within two works that overlap.
        DeclaredIncident(
            stale: "2026-10-27 08:31", good: "2026-10-27 11:01", noticed: "2026-10-27 08:32",
            lastGood: "2026-10-27 07:30", cause: .failing(errorType: "oci_server_error", runs: 3)),
        DeclaredIncident(
            stale: "2026-11-04 12:31", good: "2026-11-04 13:31", lastGood: "2026-11-04 11:30",
            cause: .partial(runs: 3)),
        DeclaredIncident(
            blind: "2026-11-07 10:01", stale: nil, good: "2026-11-07 11:31", lastGood: "2026-11-07 09:00",
            cause: .noRuns),
        // Two hours ahead for an hour: what ran then claims nothing, and the first check after it is of 13:20.
        DeclaredIncident(
            blind: "2026-11-10 13:01", stale: "2026-11-10 13:20", good: "2026-11-10 13:31",
            lastGood: "2026-11-10 12:00", cause: .clockSet),
        // An hour behind for an hour: the hour from 11:10 comes twice, and the clock jumps from 12:10 to 13:10.
        DeclaredIncident(
            blind: "2026-11-12 13:01", stale: "2026-11-12 13:20", good: "2026-11-12 13:31",
            lastGood: "2026-11-12 12:00", cause: .clockSet),
        // A week without data.
        DeclaredIncident(
            blind: "2026-11-15 21:01", stale: "2026-11-23 06:41", good: "2026-11-23 06:43",
            noticed: "2026-11-23 06:41", lastGood: "2026-11-15 20:00", cause: .noRuns),
        // An alarm tells of the stuck run before data is stale.
        DeclaredIncident(
            stale: "2026-11-25 03:31", good: "2026-11-25 04:31", noticed: "2026-11-25 03:20",
            lastGood: "2026-11-25 02:30", cause: .skipped(reason: "locked", runs: 3)),
        // All of it within planned work.
        DeclaredIncident(
            blind: "2026-12-01 21:01", stale: "2026-12-01 22:41", good: "2026-12-01 23:01",
            noticed: "2026-12-01 22:41", lastGood: "2026-12-01 20:00", cause: .noRuns),
        DeclaredIncident(
            stale: "2026-12-05 08:01", good: "2026-12-05 09:01", noticed: "2026-12-05 08:17",
            lastGood: "2026-12-05 07:00", cause: .failing(errorType: "oci_server_error", runs: 3)),
        // Christmas: noticed three hours late.
        DeclaredIncident(
            stale: "2026-12-24 18:31", good: "2026-12-26 09:01", noticed: "2026-12-24 21:40",
            lastGood: "2026-12-24 17:30", cause: .failing(errorType: "oci_credential_vault_denied", runs: 78)),
        // Over the end of the year.
        DeclaredIncident(
            stale: "2026-12-31 22:31", good: "2027-01-01 01:01", noticed: "2026-12-31 22:46",
            lastGood: "2026-12-31 21:30", cause: .failing(errorType: "oci_server_error", runs: 6)),
        // It goes on when the week ends, for 119 minutes then.
        DeclaredIncident(
            stale: "2027-01-03 21:01", good: "2027-01-04 04:31", noticed: "2027-01-03 21:03",
            lastGood: "2027-01-03 20:00", cause: .failing(errorType: "feed_timeout", runs: 16)),
    ]
}
