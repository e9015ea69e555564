// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import ServiceLevels

/// A run of a scenario: what it did, whatever a ledger says of it.
struct ScenarioRun: Sendable {
    /// Milliseconds since 1970, as the clock showed them.
    var planned: Int
    var start: Int
    var end: Int
    /// When its line was written, by a clock that is right.
    var written: Int
    var outcome = RunRecord.Outcome.success
    var error: String?
    var skip: RunRecord.SkipReason?
    var answerClass: String?
    var counts = RunRecord.Counts()
    var feedCalls = 0
    var feedAnswers = 0
    var feedMilliseconds: Int?
    var putsDone = 0
    var putsFailed = 0
    var bytesPut = 0
    /// Points it recorded and OCI took, and points that were lost.
    var posted = 0
    var dropped = 0
    /// What the account held before it: the totals its record tells; nil for killed runs.
    var totals: (posted: Int, dropped: Int)?
    var isNewAccount = false
    var version = ""
    var sha = ""
    /// Its line can be read.
    var isWhole = true
    /// Its clock was set back afterwards, or it ran in an hour that came again.
    var isAhead = false
    let number: Int

    var endMinute: Int { end / 60_000 }
    var startMinute: Int { start / 60_000 }
}

extension Scenario {
    /// All runs in the order in which they were written.
    func runs() -> [ScenarioRun] {
        var slots = stride(from: first.utc, through: last.utc, by: 30).map { (slot: $0, at: $0) }
        slots += madeUp.map { ($0.slot.utc, $0.at.utc) }
        slots.removeAll { slot in off.contains { $0.from.utc <= slot.at && slot.at <= $0.to.utc } }
        slots.sort { $0.at < $1.at }
        var runs = slots.enumerated().map { run($0.offset, slot: $0.element.slot, at: $0.element.at) }
        runs.sort { $0.written < $1.written }
        account(&runs)
        markAhead(&runs)
        return runs
    }

    /// Minutes by which the clock was wrong at a real minute.
    func clockError(at minute: Int) -> Int {
        wrongClock.first { $0.from.utc <= minute && minute < $0.to.utc }?.minutes ?? 0
    }

    private func run(_ number: Int, slot: Int, at minute: Int) -> ScenarioRun {
        let shift = clockError(at: minute)
        let delay = late.first { $0.slot.utc == slot }?.seconds ?? 2
        let start = (minute + shift) * 60_000 + delay * 1_000
        let length = 900 + number * 7_919 % 4_000
        var run = ScenarioRun(
            planned: (slot + shift) * 60_000, start: start, end: start + length,
            written: minute * 60_000 + delay * 1_000 + length, number: number)
        run.version = versions.last { $0.slot.utc <= slot }?.version ?? ""
        run.sha = configurations.last { $0.slot.utc <= slot }?.sha ?? ""
        run.isNewAccount = newAccounts.contains { $0.utc == slot }
        run.isWhole = !damaged.contains { $0.utc == slot }
        let trouble = troubles.first { $0.slot.utc <= slot && slot < $0.slot.utc + 30 * $0.count }
        if let trouble { run.suffer(trouble) } else { run.succeed() }
        run.dropped = drops.first { $0.slot.utc == slot }?.points ?? 0
        return run
    }

    private func account(_ runs: inout [ScenarioRun]) {
        var totals = (posted: 0, dropped: 0)
        for index in runs.indices {
            if runs[index].isNewAccount { totals = (0, 0) }
            if runs[index].outcome != .killed { runs[index].totals = totals }
            totals.posted += runs[index].posted
            totals.dropped += runs[index].dropped
        }
    }

    /// Where the clock went ahead: what ran meanwhile; where it went back: what ran in the time that came again.
    private func markAhead(_ runs: inout [ScenarioRun]) {
        for step in wrongClock {
            let ahead =
                step.minutes > 0
                ? step.from.utc..<step.to.utc : step.from.utc + step.minutes..<step.from.utc
            for index in runs.indices where ahead.contains(runs[index].written / 60_000) { runs[index].isAhead = true }
        }
    }
}

extension ScenarioRun {
    fileprivate mutating func succeed() {
        answerClass = number % 3 == 0 ? "unchanged" : "normal"
        let new = number % 3 == 0 ? 0 : number * 31 % 9
        counts = RunRecord.Counts(
            returned: 500, new: new, revised: number % 11 == 0 ? 1 : 0, unchanged: 500 - new,
            rejected: number % 97 == 0 ? 1 : 0)
        (feedCalls, feedAnswers) = (number % 501 == 7 ? 2 : 1, 1)
        feedMilliseconds = 100 + number * 104_729 % 700
        (putsDone, putsFailed) = (new > 0 ? 3 : 1, number % 2_001 == 9 ? 1 : 0)
        bytesPut = 2_000 + new * 400
        posted = 60 + number % 7
    }

    /// A trouble leaves of a run what it had done until then.
    fileprivate mutating func suffer(_ trouble: Trouble) {
        posted = 40
        switch trouble.kind {
        case .fails(let type):
            (outcome, error) = (.failed, type)
            end = start + 31_000 + number % 9 * 1_000
            written += end - start
            (feedCalls, feedAnswers) = type.hasPrefix("feed_") ? (1, 0) : (1, 1)
            feedMilliseconds = type.hasPrefix("feed_") ? 10_000 : 250
            putsFailed = type.hasPrefix("oci_server") ? 2 : 0
        case .killed(let type):
            (outcome, error, posted) = (.killed, type, 0)
            end = start + 65_000
            // Written down by the run after the next, as the time it was last seen at.
            written = trouble.isNoticedLate ? start + 3_660_000 : end
            if trouble.isNoticedLate { end = start + 1_860_000 }
        case .filtered:
            (outcome, error, answerClass) = (.partial, "answer_filtered", "filtered")
            counts = RunRecord.Counts(returned: 500, new: 2, unchanged: 498)
            (feedCalls, feedAnswers, feedMilliseconds) = (2, 2, 300)
            (putsDone, bytesPut) = (3, 2_800)
        case .skipped(let reason):
            (outcome, skip) = (.skipped, reason)
            end = start + 12
        }
    }
}
