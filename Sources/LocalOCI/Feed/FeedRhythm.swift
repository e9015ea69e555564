// SPDX-License-Identifier: MIT

/// When events come into being: hour of the day, day of the week, season, holidays and plain luck.
struct FeedRhythm: Sendable {
    let seed: UInt64

    /// Events an hour by local hour on a middling day; 65.7 in all. Nearly none at night, most at seven in the morning,
    /// when the night's events are written up.
    private static let hours = [
        0.1, 0.1, 0.1, 0.1, 0.2, 1.0, 3.5, 8.7, 7.0, 5.2, 4.6, 4.2, 3.8, 4.0, 4.2, 4.0, 3.4, 2.8, 2.4, 2.2, 2.0, 1.4,
        0.5, 0.15,
    ]
    private static let months = [0.94, 0.94, 0.96, 0.99, 1.05, 1.10, 1.11, 1.07, 1.02, 0.99, 0.95, 0.92]
    private static let weekdays = [1.02, 1.0, 1.0, 1.02, 1.06, 0.98, 0.92]

    /// Instants at which events come into being within the hour that begins at `hour` × 3600, in order.
    func births(hour: Int) -> [Int] {
        let start = hour * 3_600
        let local = StockholmTime.civil(at: start)
        let perMinute = Self.hours[local.hour] * dayFactor(local, day: (start + 7_200).flooredDivision(by: 86_400)) / 60
        var random = SeededRandom(seed: seed, stream: 31, index: hour)
        return (0..<60).compactMap { minute in
            random.chance(perMinute) ? start + minute * 60 + random.int(0...59) : nil
        }
    }

    private func dayFactor(_ local: CivilTime, day: Int) -> Double {
        var random = SeededRandom(seed: seed, stream: 32, index: day)
        let luck = 1 + 0.28 * (random.unit() + random.unit() + random.unit() + random.unit() - 2)
        let storm = random.chance(0.004) ? 2.0 : 1
        return luck * storm * holidayFactor(local) * Self.months[local.month - 1] * Self.weekdays[local.weekday]
    }

    private func holidayFactor(_ local: CivilTime) -> Double {
        switch (local.month, local.day) {
        case (12, 24), (12, 25), (12, 31), (1, 1): 0.65
        default: 1
        }
    }
}

/// When the source answers with something else than its list.
enum FeedDisturbance: Sendable, Hashable {
    /// Somebody else's filtered list, of the types at these indices of `FeedVocabulary.kinds`.
    case filtered([Int])
    /// A body of no bytes.
    case empty

    /// What disturbs the answer at an instant; nil nearly always.
    ///
    /// At a poll every half hour some fifteen answers a year are filtered and ten empty. Pure, so any instant can be
    /// asked for.
    static func at(_ epochSeconds: Int, seed: UInt64) -> FeedDisturbance? {
        let today = epochSeconds.flooredDivision(by: 86_400)
        for day in [today - 1, today] {
            var random = SeededRandom(seed: seed, stream: 41, index: day)
            if random.chance(14.0 / 365) {
                let start = day * 86_400 + random.int(0...86_399)
                let length = random.chance(0.5) ? random.int(120...900) : random.int(1_200...5_400)
                let kinds = draw(&random)
                if (start..<start + length).contains(epochSeconds) { return .filtered(kinds) }
            }
            var other = SeededRandom(seed: seed, stream: 42, index: day)
            if other.chance(28.0 / 365) {
                let start = day * 86_400 + other.int(0...86_399)
                if (start..<start + other.int(60...1_200)).contains(epochSeconds) { return .empty }
            }
        }
        return nil
    }

    private static func draw(_ random: inout SeededRandom) -> [Int] {
        let count = random.chance(0.75) ? 1 : random.int(2...3)
        return (0..<count).map { _ in random.int(0...FeedVocabulary.kinds.count - 1) }
    }
}
