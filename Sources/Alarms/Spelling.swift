// SPDX-License-Identifier: MIT

/// Finds what somebody meant to write.
enum Spelling {
    /// The candidate nearest to `word`; nil where none is within one edit and a fifth of its length. Capitals and the kind
    /// of separator do not count.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = folded(word)
        guard wanted.count <= 80 else { return nil }
        let ranked = candidates.map { (name: $0, distance: distance(wanted, folded($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= 1 + wanted.count / 5
        else { return nil }
        return best.name
    }

    private static func folded(_ word: String) -> [UInt8] {
        Array(word.lowercased().utf8.filter { $0 != 0x2D && $0 != 0x5F })
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var above = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, above) = (above, row)
        }
        return above[b.count]
    }
}
