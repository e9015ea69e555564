// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// How often a cause was met, first and last by when the run began.
struct CauseSpan: Sendable, Hashable {
    private(set) var firstAt: Date
    private(set) var lastAt: Date
    private(set) var runs = 0

    init(at date: Date) { (firstAt, lastAt) = (date, date) }

    mutating func add(_ date: Date) {
        runs += 1
        firstAt = min(firstAt, date)
        lastAt = max(lastAt, date)
    }
}

/// The version, configuration and host of the run before.
struct RunSettings: Sendable, Hashable {
    private var known: [ConfigurationChange.What: String] = [:]

    /// What is not as it was in the run before; killed runs say nothing, as they are written down by another one.
    mutating func changes(to run: RunSummary) -> [ConfigurationChange] {
        guard run.outcome != .killed else { return [] }
        let now: [(ConfigurationChange.What, String)] = [
            (.version, run.version), (.configuration, run.configSHA), (.host, run.host),
        ]
        return now.compactMap { what, after in
            guard !after.isEmpty else { return nil }
            let before = known.updateValue(after, forKey: what)
            guard let before, before != after else { return nil }
            return ConfigurationChange(what: what, before: before, after: after, at: run.startedAt)
        }
    }
}

/// What each run of the last weeks wrote to the archive, for the forecast.
struct StorageGrowth: Sendable, Hashable {
    private struct Write: Sendable, Hashable {
        let minute: Int32
        let bytes: Int
    }

    private var writes: [Write] = []
    private var firstMinute: Int?
    private let from: Int

    /// Four weeks.
    static let minutes = 28 * 1_440

    /// Keeps what any end within the last 62 days of the period needs.
    init(period: MinuteSpan) { from = max(period.start, period.end - 62 * 1_440) - Self.minutes }

    mutating func add(_ run: RunSummary) {
        firstMinute = min(firstMinute ?? .max, run.startedAt.minute)
        let minute = run.endedAt.minute
        guard minute >= from else { return }
        writes.append(Write(minute: Int32(clamping: minute), bytes: run.bytesPut))
    }

    /// Bytes a day, averaged over those of the 28 days before `minute` on which a run ended, and how many these are; nil
    /// for less than a day since the ledger's first run, or where no run ended in that time.
    ///
    /// Days are the 24 hours that end at `minute`, and those before them. Days on which nothing ran say nothing of what
    /// a day needs; of the day of the ledger's first run only the part since then counts.
    func average(at minute: Int) -> (bytesADay: Double, days: Int)? {
        guard let firstMinute else { return nil }
        let span = MinuteSpan(start: max(firstMinute, minute - Self.minutes), end: minute)
        let within = writes.filter { span.contains(Int($0.minute)) }
        guard span.count >= 1_440, !within.isEmpty else { return nil }
        let days = Set(within.map { (minute - 1 - Int($0.minute)) / 1_440 })
        let minutes = days.reduce(0) { $0 + min(1_440, span.count - $1 * 1_440) }
        return (Double(within.reduce(0) { $0 + $1.bytes }) * 1_440 / Double(minutes), days.count)
    }
}

/// Actions of a ledger, by the instant they are about, or by when they were written down where that was earlier.
struct ActionBook: Sendable, Hashable {
    private var opened: [String: NoteRecord] = [:]
    private var openedAt: [String: Date] = [:]
    private var doneAt: [String: Date] = [:]

    /// The newest text of an id counts, and its first opening and end.
    mutating func add(_ note: NoteRecord) {
        let at = min(note.at, note.recordedAt)
        if note.kind == .done {
            doneAt[note.id] = min(doneAt[note.id] ?? at, at)
        } else {
            opened[note.id] = note
            openedAt[note.id] = min(openedAt[note.id] ?? at, at)
        }
    }

    /// Those open at `end`, and those done between `start` and `end`; oldest first.
    func items(from start: Date, to end: Date) -> [ActionItem] {
        let items = opened.compactMap { id, note -> ActionItem? in
            guard let began = openedAt[id], began < end else { return nil }
            let done = doneAt[id].flatMap { $0 < end ? $0 : nil }
            if let done, done < start { return nil }
            return ActionItem(
                id: id, text: note.text, author: note.author, openedAt: began, doneAt: done,
                isCarriedOver: began < start,
                dueAt: note.dueAt, isOverdue: note.dueAt.map { $0 < (done ?? end) } ?? false)
        }
        return items.sorted { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }
    }
}
