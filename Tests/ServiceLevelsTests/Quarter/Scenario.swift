// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// What happened to a collector, as a person would tell it: ledgers are written from it, and what a report must say of
/// them is worked out from it a second time, without the ledger and without the program.
///
/// Instants are `2026-10-14 02:00`, UTC, unless a member says otherwise.
struct Scenario: Sendable {
    /// The slot of the first run, and the last minute something is written.
    let first: String
    let last: String
    /// The first minute that is good.
    let firstGood: String
    var troubles: [Trouble] = []
    var incidents: [DeclaredIncident] = []
    /// The host was off, from and to; slots at the two ends are run.
    var off: [(from: String, to: String)] = []
    /// Runs besides those of each half hour: when systemd makes up for a slot that was missed.
    var madeUp: [(slot: String, at: String)] = []
    /// Slots whose run began so many seconds late.
    var late: [(slot: String, seconds: Int)] = []
    /// The clock was wrong by so many minutes between two real instants.
    var wrongClock: [(from: String, to: String, minutes: Int)] = []
    var maintenance: [DeclaredMaintenance] = []
    var notes: [DeclaredNote] = []
    var alarms: [(at: String, name: String, status: String)] = []
    /// Points dropped for good by the run of a slot.
    var drops: [(slot: String, points: Int)] = []
    /// The account of points began anew before the run of a slot.
    var newAccounts: [String] = []
    /// From the run of a slot on.
    var versions: [(slot: String, version: String)] = []
    var configurations: [(slot: String, sha: String)] = []
    /// The run's line was torn by a crash, and the ledger went on behind it.
    var damaged: [String] = []
    /// What a crash left of a line at the end of the ledger.
    var tornEnd = ""
}

/// Runs of so many slots on end that did not succeed.
struct Trouble: Sendable {
    enum Kind: Sendable {
        case fails(String)
        case killed(String)
        case filtered
        case skipped(RunRecord.SkipReason)
    }

    let slot: String
    let count: Int
    let kind: Kind
    /// Killed runs that nobody wrote down until the run after the next.
    var isNoticedLate = false

    init(_ slot: String, _ count: Int, _ kind: Kind, isNoticedLate: Bool = false) {
        (self.slot, self.count, self.kind, self.isNoticedLate) = (slot, count, kind, isNoticedLate)
    }
}

/// A stretch without fresh data, worked out by hand: it is what minutes are painted from.
struct DeclaredIncident: Sendable {
    /// The first minute that nobody knows of, where the stretch begins so.
    var blind: String?
    /// The first bad minute; nil where nobody ever knew.
    var stale: String?
    /// The first good minute; nil where it goes on at the ledger's end.
    var good: String?
    var noticed: String?
    let lastGood: String
    let cause: IncidentCause

    init(
        blind: String? = nil, stale: String?, good: String?, noticed: String? = nil, lastGood: String,
        cause: IncidentCause
    ) {
        (self.blind, self.stale, self.good, self.noticed) = (blind, stale, good, noticed)
        (self.lastGood, self.cause) = (lastGood, cause)
    }
}

struct DeclaredMaintenance: Sendable {
    let id: String
    let recorded: String
    let from: String
    let to: String
    let reason: String
    var isCancelled = false
    var pausesRuns = false
    /// Begun without an end, which was written down when it came.
    var isEndedLater = false
}

struct DeclaredNote: Sendable {
    let id: String
    let kind: NoteRecord.Kind
    let recorded: String
    let at: String
    let text: String
    var lines: Int?
    var duplicates: Int?
}

extension String {
    /// `2026-10-14 02:00` as minutes since 1970.
    var utc: Int { sampleMinute(replacing(" ", with: "T") + ":00Z") }
}

/// The objectives that are shipped, with the targets that stand in `slos/`.
enum ScenarioObjectives {
    static let all: [SLO] = [
        SLO(
            name: "freshness", displayName: "Freshness",
            indicator: .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30), targetMillionths: 995_000,
            policy: BudgetPolicy()),
        SLO(
            name: "run-success", displayName: "Run success", indicator: .runSuccess, targetMillionths: 980_000,
            policy: BudgetPolicy()),
        SLO(
            name: "latency", displayName: "Collection latency", indicator: .latency(limitSeconds: 300),
            targetMillionths: 990_000, policy: BudgetPolicy()),
        SLO(
            name: "api-availability", displayName: "API availability", indicator: .apiAvailability,
            targetMillionths: 995_000, policy: BudgetPolicy()),
        SLO(
            name: "telemetry-delivery", displayName: "Telemetry delivery", indicator: .telemetryDelivery,
            targetMillionths: 995_000, policy: BudgetPolicy()),
        SLO(name: "duplicates", displayName: "Duplicates", indicator: .uniqueLines, targetMillionths: 999_000),
        SLO(
            name: "storage-reliability", displayName: "Storage reliability", indicator: .storagePuts,
            targetMillionths: 999_900),
        SLO(
            name: "detection", displayName: "Detection", indicator: .detection(limitSeconds: 900),
            targetMillionths: 950_000),
        SLO(
            name: "resolution", displayName: "Resolution", indicator: .resolution(limitSeconds: 7_200),
            targetMillionths: 950_000),
    ]
}
