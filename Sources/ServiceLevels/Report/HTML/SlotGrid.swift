// SPDX-License-Identifier: MIT

import Pages

/// Days of half hours as a grid: a cell for each, those of equal outcome beside each other drawn as one.
///
/// Outcomes are told apart by colour and by a sign in the cell; maintenance is hatched.
struct SlotGridDrawing {
    let days: [SlotDay]
    let words: ReportWords

    /// Half hours of a clock, in the order of a day; one that comes twice stands twice.
    let times: [Time]

    /// A half hour as the clock shows it.
    struct Time: Hashable {
        let hour: Int
        let minute: Int
        /// 0, or 1 where the clock shows it for the second time.
        let round: Int

        func isBefore(_ other: Time) -> Bool {
            (hour, round, minute) < (other.hour, other.round, other.minute)
        }
    }

    /// Slots beside each other of which the same became.
    struct Stretch {
        var first: Int
        var last: Int
        let state: Slot.State
        let isMaintenance: Bool
        var runs: Int
    }

    init(days: [SlotDay], words: ReportWords) {
        self.days = days
        self.words = words
        times = Set(days.flatMap { SlotGridDrawing.times(of: $0) }).sorted { $0.isBefore($1) }
    }

    static func times(of day: SlotDay) -> [Time] {
        var seen: Set<Time> = []
        return day.slots.map { slot in
            let first = Time(hour: slot.hour, minute: slot.minute, round: 0)
            return seen.insert(first).inserted ? first : Time(hour: slot.hour, minute: slot.minute, round: 1)
        }
    }

    /// Stretches of a day in columns of the grid; a half hour that the day does not have breaks them.
    func stretches(of day: SlotDay) -> [Stretch] {
        var found: [Stretch] = []
        for (slot, time) in zip(day.slots, SlotGridDrawing.times(of: day)) {
            guard let column = times.firstIndex(of: time) else { continue }
            if let last = found.last, last.state == slot.state, last.isMaintenance == slot.isMaintenance,
                last.last == column - 1
            {
                found[found.count - 1].last = column
                found[found.count - 1].runs += slot.runs
            } else {
                found.append(
                    Stretch(
                        first: column, last: column, state: slot.state, isMaintenance: slot.isMaintenance,
                        runs: slot.runs))
            }
        }
        return found
    }

    /// `Wed 2026-11-18 03:00 to 05:30: failed (5 runs)`.
    func told(_ stretch: Stretch, of day: SlotDay) -> String {
        let last = times[stretch.last]
        let end = last.minute == 30 ? (last.hour + 1, 0) : (last.hour, 30)
        let times = words.range(clock(times[stretch.first].hour, times[stretch.first].minute), clock(end.0, end.1))
        var what = words.state(stretch.state)
        if stretch.isMaintenance { what += ", \(words.texts.slots.maintenance)" }
        if stretch.runs > 0 { what += " (\(words.counted(stretch.runs, words.texts.nouns.runs)))" }
        return "\(words.day(year: day.year, month: day.month, day: day.day)) \(times): \(what)"
    }

    func clock(_ hour: Int, _ minute: Int) -> String { "\(ReportWords.two(hour)):\(ReportWords.two(minute))" }

    /// Good half hours of those that are over.
    func score(_ day: SlotDay) -> String {
        let over = day.slots.filter { $0.state != .future }
        return words.texts.slots.goodOf.filled([
            "good": "\(over.count { $0.state == .success })", "all": "\(over.count)",
        ])
    }

    /// How many slots ended so, in all days.
    func count(_ state: Slot.State) -> Int { days.reduce(0) { $0 + $1.slots.count { $0.state == state } } }

    var maintenanceCount: Int { days.reduce(0) { $0 + $1.slots.count(where: \.isMaintenance) } }

    /// In words: each outcome and how often.
    var summary: String {
        var parts = Slot.State.allCases.compactMap { state -> String? in
            let number = count(state)
            return number == 0 ? nil : "\(words.state(state)) \(words.number(number))"
        }
        if maintenanceCount > 0 { parts.append("\(words.texts.slots.maintenance) \(words.number(maintenanceCount))") }
        return parts.joined(separator: ", ")
    }
}

extension Slot.State {
    /// What stands in its cell; nil: nothing.
    var sign: String? {
        switch self {
        case .success, .future: nil
        case .partial: "~"
        case .failed: "×"
        case .killed: "!"
        case .skipped: "»"
        case .missed: "–"
        case .unknown: "?"
        }
    }
}
