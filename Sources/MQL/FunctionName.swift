// SPDX-License-Identifier: MIT

/// The names of functions, spelled as documented.
enum FunctionName: String, CaseIterable {
    case grouping, groupBy, filter
    case avg, mean, count, sum, min, max, first, last, increment, rate
    case percentile, absent

    /// The function of that name, whatever its case.
    init?(anyCase word: String) {
        guard word.utf8.count <= 10, let name = FunctionName.byLowercase[word.lowercased()] else { return nil }
        self = name
    }

    private static let byLowercase = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

    /// The statistic without argument of that name.
    var plainStatistic: Statistic? {
        switch self {
        case .avg: .avg
        case .mean: .mean
        case .count: .count
        case .sum: .sum
        case .min: .min
        case .max: .max
        case .first: .first
        case .last: .last
        case .increment: .increment
        case .rate: .rate
        case .grouping, .groupBy, .filter, .percentile, .absent: nil
        }
    }

    /// Whether it means nothing without an argument.
    var needsArguments: Bool { [.groupBy, .filter, .percentile].contains(self) }

    /// What to write instead of a name that is none, without parentheses unless they belong to it.
    static func suggestion(for word: String) -> String? {
        guard word.utf8.count <= 30 else { return nil }
        let lower = word.lowercased()
        if let alias = aliases[lower] { return alias }
        if lower.hasPrefix("p"), let digits = Int(lower.dropFirst()), (1...99).contains(digits), lower.utf8.count <= 3 {
            return "percentile(\((Double(digits) / 100).mqlText))"
        }
        let near = allCases.map { (name: $0.rawValue, distance: editDistance(lower, $0.rawValue.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let near, near.distance <= (lower.utf8.count <= 4 ? 1 : 2) else { return nil }
        return near.name
    }

    /// Names from other languages and from the Console.
    private static let aliases = [
        "average": "mean", "median": "percentile(0.5)", "minimum": "min", "maximum": "max", "total": "sum",
        "by": "groupBy", "group_by": "groupBy", "groupbytag": "groupBy", "delta": "increment", "increase": "increment",
        "absence": "absent", "quantile": "percentile", "latest": "last", "group": "grouping", "where": "filter",
    ]

    /// How many letters have to be added, removed, replaced or swapped with their neighbour.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var best = Swift.min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = Swift.min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
