// SPDX-License-Identifier: MIT

/// The candidate a person most likely meant; nil where none is near.
///
/// Near is an edit distance of at most 1 + a fifth of the word's length, capitals and the kind of separator aside.
func nearest(to word: String, among candidates: [String]) -> String? {
    let wanted = folded(word)
    let limit = 1 + wanted.count / 5
    let ranked = candidates.map { (name: $0, distance: editDistance(wanted, folded($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit else { return nil }
    return best.name
}

private func folded(_ word: String) -> [UInt8] { Array(word.lowercased().utf8.map { $0 == 0x2D ? 0x5F : $0 }) }

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b` (optimal string alignment).
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
            row.append(cost)
        }
        before = above
        above = row
    }
    return above[b.count]
}
