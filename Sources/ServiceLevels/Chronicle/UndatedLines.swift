// SPDX-License-Identifier: MIT

import Ledger

/// Lines that say no instant: damaged ones, and those of types this version does not know.
///
/// Each is taken for as old as the run or check that stands before it, so that what a crash tears this week does not
/// change the report of the last one. Lines that follow each other share an entry: a file of nothing but damage takes
/// no room.
struct UndatedLines: Sendable {
    private struct Group: Sendable {
        /// Milliseconds since 1970.
        let after: Int
        var damaged = 0
        var others = 0
    }

    private var last = Int.min
    /// An instant more than a day before `last` that stands alone so far.
    private var doubted: Int?
    private var groups: [Group] = []
    /// The first 20 damaged ones.
    private var damaged: [(after: Int, text: String)] = []

    /// A run or check stands here. One that lies more than a day back is believed when the next one says the same: a
    /// single line with a wrong clock does not make what follows it old.
    ///
    /// - Parameter milliseconds: since 1970.
    mutating func pass(_ milliseconds: Int) {
        if last > .min, milliseconds < last - Excursions.day {
            defer { doubted = milliseconds }
            guard let doubted, abs(milliseconds - doubted) <= Excursions.day else { return }
        }
        last = milliseconds
        doubted = nil
    }

    mutating func addOther() {
        openGroup()
        groups[groups.count - 1].others += 1
    }

    mutating func add(_ line: DamagedLine) {
        openGroup()
        groups[groups.count - 1].damaged += 1
        guard damaged.count < 20 else { return }
        // Where a ledger lies is no matter of the report: a copy makes the same bytes.
        let file = "ledger/" + (line.file.split(separator: "/").last ?? "")
        damaged.append((last, "\(DamagedLine(file: file, line: line.line, problem: line.problem))"))
    }

    /// How many of each kind stand behind what was written before `end`, in milliseconds since 1970.
    func counts(until end: Int) -> (damaged: Int, others: Int) {
        let known = groups.filter { $0.after < end }
        return (known.reduce(0) { $0 + $1.damaged }, known.reduce(0) { $0 + $1.others })
    }

    func texts(until end: Int) -> [String] { damaged.filter { $0.after < end }.map(\.text) }

    private mutating func openGroup() {
        if groups.last?.after != last { groups.append(Group(after: last)) }
    }
}
