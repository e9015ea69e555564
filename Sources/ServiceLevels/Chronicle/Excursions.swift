// SPDX-License-Identifier: MIT

/// Finds the lines that a clock wrote that was wrong for a while, among instants in the order of writing.
///
/// A step back of more than a day has two meanings: the clock was set right, and what stands before it is wrong, or the
/// clock went wrong, and what stands behind it is. It went wrong where a later line is as late again as those before
/// the step, the time that passed in between fits into the hole it left, and no earlier line jumped ahead. The last few
/// lines of a ledger are taken for wrong, too, where nothing jumped ahead before them: one mad line must not undo weeks.
struct Excursions {
    /// Milliseconds since 1970.
    struct Instant {
        let at: Int
        /// In whose order it stands only within its file.
        let isAcrossMonths: Bool
        /// Which file it stands in: months since the year 0.
        let month: Int
    }

    private let instants: [Instant]
    /// The latest instant from each line on, and the earliest.
    private var latest: [Int]
    private var earliest: [Int]
    private var isWrong: [Bool]
    private var high = Int.min
    /// How many lines before could be believed.
    private var believed = 0
    /// Where what is believed jumped ahead by half a day or more: to when, and by how much.
    private var gaps: [(to: Int, length: Int)] = []

    /// Steps back by more than this may have been a clock that went wrong.
    static let day = 86_400_000
    /// So many lines at the end of a ledger prove nothing against more before them.
    private static let few = 3
    /// Nobody pauses so long: what few lines stand before it were written by a clock that nobody had set yet.
    private static let year = 365 * day

    private init(_ instants: [Instant]) {
        self.instants = instants
        (latest, earliest) = (instants.map(\.at), instants.map(\.at))
        isWrong = Array(repeating: false, count: instants.count)
        for position in instants.indices.dropLast().reversed() {
            latest[position] = max(latest[position], latest[position + 1])
            earliest[position] = min(earliest[position], earliest[position + 1])
        }
    }

    /// Of each line whether it is part of an excursion.
    static func find(_ instants: [Instant]) -> [Bool] {
        var excursions = Excursions(instants)
        excursions.walk()
        return excursions.isWrong
    }

    private mutating func walk() {
        var position = 0
        while position < instants.count {
            let line = instants[position]
            if high > .min, line.at < high - Self.day, let end = end(of: position) {
                for wrong in position..<end { isWrong[wrong] = true }
                position = end
                continue
            }
            if !line.isAcrossMonths { believe(line.at, position) }
            position += 1
        }
    }

    private mutating func believe(_ at: Int, _ position: Int) {
        defer { believed += 1 }
        guard high > .min else { return high = at }
        if at < high - ChronicleRules.stepMilliseconds {
            gaps.removeAll { $0.to > at + ChronicleRules.stepMilliseconds }
            high = at
        } else if at - high >= Self.year, believed <= Self.few, earliest[position] >= at - Self.day {
            for wrong in 0..<position where instants[wrong].at <= high { isWrong[wrong] = true }
            (gaps, believed, high) = ([], 0, at)
        } else {
            if at - high >= Self.day / 2 { gaps.append((at, at - high)) }
            high = max(high, at)
        }
    }

    /// The position behind the excursion that begins at one; nil where it is none.
    private func end(of start: Int) -> Int? {
        let at = instants[start].at
        // Whichever clock jumped ahead by as much may have been set right here.
        guard !gaps.contains(where: { $0.to > at + ChronicleRules.stepMilliseconds && $0.length >= (high - at) / 2 })
        else { return nil }
        let limit = high - ChronicleRules.stepMilliseconds
        guard latest[start] >= high - Self.day else {
            return instants.count - start <= Self.few && believed > Self.few ? instants.count : nil
        }
        var (passed, last) = (0, at)
        for position in (start + 1)..<instants.count {
            let line = instants[position]
            if line.at >= limit {
                let isOtherFile = line.month != instants[position - 1].month
                let hole = isOtherFile ? min(Self.day, (high - at) / 2) : 0
                return passed <= max(line.at - limit, hole) ? position : nil
            }
            // A few lines, and then nearly as late again: a small step back is another matter.
            if line.at >= high - Self.day, line.at - last > Self.day, position - start <= Self.few { return position }
            if line.at > last, line.at - last <= Self.day { passed += line.at - last }
            last = line.at
        }
        return nil
    }
}
