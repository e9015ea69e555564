// SPDX-License-Identifier: MIT

/// What will happen to one event, drawn when it comes into being: seconds are counted from its publication.
struct EventFate: Sendable {
    /// Seconds from the event's `datetime` to its first appearance.
    var publishDelay: Int
    /// Takes an id below the highest one.
    var isLate: Bool
    /// Stands in the list by its age, not on top.
    var isPlacedByAge: Bool
    /// Never in the whole list, only in filtered answers.
    var isUnlisted: Bool
    /// A second event with the same content follows under another id.
    var hasTwin: Bool
    var edits: [(after: Int, edit: EventEdit)]
    var withdrawnAfter: Int?
    var hidden: ClosedRange<Int>?
    /// Jumps to the top without any change.
    var touchedAfter: Int?
    /// Comes back long after it scrolled out; edited or not.
    var returnsAfter: Int?
    var returnEdit: EventEdit?

    init(seed: UInt64, serial: Int) {
        var random = SeededRandom(seed: seed, stream: 21, index: serial)
        publishDelay = Self.delay(&random)
        isLate = random.chance(0.06)
        isPlacedByAge = random.chance(0.004)
        if isPlacedByAge { publishDelay = random.int(2 * 86_400...5 * 86_400) }
        isUnlisted = random.chance(0.0005)
        hasTwin = random.chance(0.0005)
        edits = Self.edits(&random)
        withdrawnAfter = random.chance(0.0022) ? random.int(600...2 * 86_400) : nil
        if random.chance(0.001) {
            let start = random.int(7_200...86_400)
            hidden = start...start + random.int(7_200...3 * 86_400)
        }
        touchedAfter = random.chance(0.04) ? random.int(1_800...2 * 86_400) : nil
        if random.chance(0.0025) {
            returnsAfter = random.int(14 * 86_400...167 * 86_400)
            returnEdit = random.chance(0.35) ? random.pick([.county, .summary, .place]) : nil
        }
    }

    /// Half within a quarter of an hour, nine in ten within a hundred minutes, a few after hours.
    private static func delay(_ random: inout SeededRandom) -> Int {
        switch random.unit() {
        case ..<0.55: random.int(30...900)
        case ..<0.90: random.int(900...6_000)
        case ..<0.985: random.int(6_000...16_000)
        default: random.int(16_000...80_000)
        }
    }

    private static func edits(_ random: inout SeededRandom) -> [(after: Int, edit: EventEdit)] {
        guard random.chance(0.0225) else { return [] }
        let first = delayOfEdit(&random)
        switch random.unit() {
        case ..<0.40: return [(first, .summary)] + more(after: first, &random)
        case ..<0.60: return [(first, .type)] + more(after: first, &random)
        case ..<0.80: return [(first, .place)] + more(after: first, &random)
        case ..<0.89: return [(first, .noBreakSpace)]
        case ..<0.94: return [(first, .gpsNoise), (first + 2 * 86_400, .gpsNoise)]
        case ..<0.97: return [(first, .county)]
        default:
            let step = random.int(2_400...14_400)
            return [(first, .swap), (first + step, .swap)] + (random.chance(0.5) ? [(first + 2 * step, .swap)] : [])
        }
    }

    private static func more(after first: Int, _ random: inout SeededRandom) -> [(after: Int, edit: EventEdit)] {
        guard random.chance(0.05) else { return [] }
        return (1...random.int(1...3)).map { (first + $0 * 40_000, random.chance(0.5) ? .summary : .noBreakSpace) }
    }

    private static func delayOfEdit(_ random: inout SeededRandom) -> Int {
        switch random.unit() {
        case ..<0.6: random.int(1_200...21_600)
        case ..<0.9: random.int(21_600...2 * 86_400)
        default: random.int(2 * 86_400...6 * 86_400)
        }
    }
}
