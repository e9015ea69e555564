// SPDX-License-Identifier: MIT

/// Finds the name somebody meant to write.
enum FieldSpelling {
    /// ` (did you mean "target"?)` for the nearest of `known`; nothing where none is within one edit and a fifth of the
    /// word's length. Capitals do not count.
    static func hint(for word: String, among known: [String]) -> String {
        let wanted = Array(word.lowercased().utf8)
        guard wanted.count <= 80 else { return "" }
        let ranked = known.map { (name: $0, distance: distance(wanted, Array($0.lowercased().utf8))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= 1 + wanted.count / 5 else {
            return ""
        }
        return " (did you mean \"\(best.name)\"?)"
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn `left` into `right`.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var before: [Int] = []
        var above = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (left[i] == right[j] ? 0 : 1))
                let isSwap = i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j]
                if isSwap { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, above) = (above, row)
        }
        return above[right.count]
    }
}
