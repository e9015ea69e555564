// SPDX-License-Identifier: MIT

/// The value axis of a chart: its ends, and where it is marked.
package struct ChartScale: Sendable, Hashable {
    package let lowest: Double
    package let highest: Double
    /// Upwards; between the ends, each a multiple of 1, 2 or 5 times a power of ten.
    package let ticks: [Double]

    /// - Parameters:
    ///   - values: what has to fit; values that are no numbers are left aside.
    ///   - lowest: a fixed lower end; nil: the tick at or below the lowest value.
    ///   - highest: a fixed upper end; nil: the tick at or above the highest value.
    ///   - fromZero: whether zero belongs to the axis: bars stand on it.
    ///   - steps: how many steps there are to be, or a few more or less.
    ///   - wholeSteps: whether a step is at least 1.
    package init(
        values: [Double], lowest: Double?, highest: Double?, fromZero: Bool, steps: Int = 4, wholeSteps: Bool = false
    ) {
        let finite = values.filter(\.isFinite) + (fromZero ? [0] : [])
        var low = lowest ?? finite.min() ?? 0
        var high = highest ?? finite.max() ?? 1
        if high <= low {
            let room = low == 0 ? 1 : abs(low) * 0.1
            if highest == nil { high = low + room } else { low = high - room }
        }
        if high <= low { high = low + 1 }
        let fine = ChartScale.step((high - low) / Double(max(1, steps)))
        let step = wholeSteps ? max(1, fine) : fine
        self.lowest = lowest ?? (low / step + 1e-9).rounded(.down) * step
        self.highest = highest ?? (high / step - 1e-9).rounded(.up) * step
        let first = Int((self.lowest / step - 1e-6).rounded(.up))
        let last = Int((self.highest / step + 1e-6).rounded(.down))
        ticks = last - first <= 20 && first <= last ? (first...last).map { Double($0) * step } : []
    }

    /// The least of 1, 2 or 5 times a power of ten that is as large.
    private static func step(_ raw: Double) -> Double {
        var power = 1.0
        while power * 10 <= raw { power *= 10 }
        while power > raw { power /= 10 }
        for factor in [1.0, 2, 5] where raw <= factor * power * 1.0001 { return factor * power }
        return power * 10
    }

    /// Where a value lies: 0 at the lower end, 1 at the upper; values beyond an end lie at it.
    package func position(of value: Double) -> Double {
        min(1, max(0, (value - lowest) / (highest - lowest)))
    }
}

/// A number of a drawing, with at most two decimals: `12.5`, whatever the machine's language.
package func coordinate(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let sign = hundredths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
    return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}
