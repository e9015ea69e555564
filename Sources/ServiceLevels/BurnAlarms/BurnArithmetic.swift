// SPDX-License-Identifier: MIT

/// A burn rate as a share of what is counted, in whole numbers: a billionth is the finest there is.
struct BurnArithmetic: Sendable, Hashable {
    /// 1 − target.
    let allowedMillionths: Int
    /// Of the burn rate.
    let rateThousandths: Int

    init(targetMillionths: Int, burnRate: Double) {
        allowedMillionths = 1_000_000 - targetMillionths
        rateThousandths = Int((burnRate * 1_000).rounded())
    }

    /// What has to be exceeded: allowed × rate. 14.4 times 0.5 % are 72,000,000 billionths.
    var threshold: Int { allowedMillionths * rateThousandths }

    /// The smallest number of bad ones among `events` that exceeds it; more than `events` where none does.
    func failuresToFire(of events: Int) -> Int { threshold * events / 1_000_000_000 + 1 }

    /// Whether `bad` of `counted` exceed it.
    func isExceeded(by bad: Int, of counted: Int) -> Bool { bad * 1_000_000_000 > threshold * counted }

    /// The most that may be counted for `bad` to exceed it; `bad` is at least 1.
    func mostCounted(with bad: Int) -> Int { (bad * 1_000_000_000 - 1) / threshold }

    /// The burn rate of `bad` of `events`, in millionths, rounded down.
    func rateMillionths(of bad: Int, _ events: Int) -> Int {
        bad * 1_000_000_000_000 / (events * allowedMillionths)
    }

    /// A burn rate, in thousandths, that fires at the second bad one of `events`: halfway between what does not yet and
    /// what does already. nil where there are fewer than two.
    func rateForSecond(of events: Int) -> Int? {
        events < 2 ? nil : 1_500_000_000 / (events * allowedMillionths)
    }
}

/// Numbers as alarms and messages write them.
enum BurnText {
    /// `14.4`
    static func rate(_ thousandths: Int) -> String { Decimal.text(thousandths, places: 3) }

    /// `7.2 %` of billionths.
    static func percent(billionths: Int) -> String { Decimal.text(billionths, places: 7) + " %" }

    /// `99.5 %` of millionths.
    static func percent(millionths: Int) -> String { percent(billionths: millionths * 1_000) }

    /// `1st`, `2nd`, `11th`
    static func ordinal(_ number: Int) -> String {
        let isTeen = (11...13).contains(number % 100)
        let endings = [1: "st", 2: "nd", 3: "rd"]
        return "\(number)\(isTeen ? "th" : endings[number % 10] ?? "th")"
    }

    /// `the last hour`, `the last 6 hours`, `the last 3 days`
    static func last(_ minutes: Int) -> String {
        let (count, unit) = parts(minutes)
        return count == 1 ? "the last \(unit)" : "the last \(count) \(unit)s"
    }

    /// `an hour`, `6 hours`, `a day`
    static func length(_ minutes: Int) -> String {
        let (count, unit) = parts(minutes)
        return count == 1 ? (unit == "hour" ? "an hour" : "a \(unit)") : "\(count) \(unit)s"
    }

    private static func parts(_ minutes: Int) -> (Int, String) {
        if minutes % 1_440 == 0 { return (minutes / 1_440, "day") }
        return minutes % 60 == 0 ? (minutes / 60, "hour") : (minutes, "minute")
    }

    /// `PT4H`, `PT90M`
    static func duration(_ minutes: Int) -> String {
        minutes % 60 == 0 ? "PT\(minutes / 60)H" : "PT\(minutes)M"
    }

    /// The first letter a capital.
    static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
