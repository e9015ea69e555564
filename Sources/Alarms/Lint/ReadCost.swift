// SPDX-License-Identifier: MIT

import MQL

/// What one alarm makes the service read.
///
/// Minutes analysed each minute = interval × ⌈pendingDuration / 1 min⌉ × streams, for each selector of each rule. Source: the
/// billing formula in Oracle's price list for Monitoring; streams are the worst case, every one the metric can have.
package struct ReadCost: Sendable, Hashable {
    /// Minutes of data read by one evaluation, that is, each minute.
    package var minutesAnalysed: Int
    /// Points read in a month of 30 days.
    package var pointsPerMonth: Int { minutesAnalysed * 43_200 }

    package init(minutesAnalysed: Int) { self.minutesAnalysed = minutesAnalysed }

    /// The cost of an alarm's rules.
    init(of subject: LintSubject, facts: [String: MetricFacts]) {
        minutesAnalysed = subject.queries.reduce(0) { sum, query in
            query.uses.reduce(sum) { sum, use in
                sum + use.selector.interval.minutes * query.pendingMinutes * Self.streams(of: use.selector, facts)
            }
        }
    }

    /// How many streams a selector can match; 1 where nothing is known.
    ///
    /// - Parameter groups: those that are left after grouping by these dimensions; nil: all.
    static func streams(
        of selector: Selector, _ facts: [String: MetricFacts], groupedBy groups: [String]? = nil
    ) -> Int {
        guard let metric = facts[selector.metric] else { return 1 }
        let dimensions = metric.dimensions.filter { groups?.contains($0.name) ?? true }
        return dimensions.reduce(1) { product, dimension in
            guard let values = dimension.values else { return product }
            let filters = selector.filters.filter { $0.name == dimension.name && !$0.value.contains("${") }
            let matching = values.count { value in filters.allSatisfy { $0.admits(value) } }
            return product * max(1, matching)
        }
    }
}

extension DimensionFilter {
    /// Whether a stream with this value passes.
    func admits(_ candidate: String) -> Bool {
        switch comparison {
        case .equal: candidate == value
        case .notEqual: candidate != value
        case .like: alternatives.contains { Self.matches(candidate[...], $0) }
        case .notLike: !alternatives.contains { Self.matches(candidate[...], $0) }
        }
    }

    /// What `|` separates.
    var alternatives: [Substring] { value.split(separator: "|", omittingEmptySubsequences: false) }

    /// `*` stands for any run of characters.
    static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
        guard text.hasPrefix(first), text.dropFirst(first.count).hasSuffix(last) else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
