// SPDX-License-Identifier: MIT

/// Figures drawn with block characters, one a value.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")
    /// Where there is no evidence, or too little.
    static let missing: Character = "-"

    /// An objective's weeks: full where nothing was bad, upper half where the target was met, lower where it was missed.
    static func trend(_ weeks: [TrendWeek], targetMillionths: Int) -> String {
        String(weeks.map { $0.drawn.map { bar($0, targetMillionths: targetMillionths) } ?? missing })
    }

    private static func bar(_ attainment: Attainment, targetMillionths: Int) -> Character {
        guard attainment.bad > 0 else { return bars[7] }
        let allowed = Double(1_000_000 - targetMillionths) * Double(attainment.valid)
        let spent = Double(attainment.bad) * 1_000_000
        switch spent {
        case ...(allowed / 3): return bars[6]
        case ...(allowed * 2 / 3): return bars[5]
        case ...allowed: return bars[4]
        case ...(allowed * 2): return bars[3]
        case ...(allowed * 4): return bars[2]
        case ...(allowed * 8): return bars[1]
        default: return bars[0]
        }
    }

    /// Counts, from 0 to the highest of them.
    static func counts(_ counts: [Int]) -> String {
        let highest = counts.max() ?? 0
        return String(counts.map { bars[highest == 0 ? 0 : $0 * 7 / highest] })
    }
}
