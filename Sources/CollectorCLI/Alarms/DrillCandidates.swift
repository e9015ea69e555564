// SPDX-License-Identifier: MIT

import Alarms
import MQL

extension DrillRecipe {
    /// Values around every number of the queries, and a few others.
    static func values(_ rules: AlarmRules) -> [Double] {
        var values: [Double] = []
        for rule in rules.rules.reversed() {
            for number in rule.query.root.numbers {
                values += [number, number + 1, number * 2 + 1, number - 1, number / 2, number * 1.1, number * 0.9]
            }
        }
        var seen: Set<Double> = []
        return (values + [0, 1, -1, 1_000]).filter { $0.isFinite && seen.insert($0).inserted }
    }
}

extension DrillRecipe.Trial {
    /// What the streams of a rule could do: all the same first, then, of two, each pair.
    func candidates(_ rule: AlarmRules.Rule) -> [[DrillRecipe.Stream]] {
        let identities = identities(rule)
        let patterns = patterns(rule)
        var all = patterns.map { pattern in
            identities.map { DrillRecipe.Stream(identity: $0, pattern: pattern) }
        }
        guard identities.count == 2 else { return all }
        for first in patterns {
            for second in patterns where second != first {
                all.append([
                    DrillRecipe.Stream(identity: identities[0], pattern: first),
                    DrillRecipe.Stream(identity: identities[1], pattern: second),
                ])
            }
        }
        return all
    }

    private func patterns(_ rule: AlarmRules.Rule) -> [DrillRecipe.Pattern] {
        let values = DrillRecipe.values(drill.rules)
        var patterns: [DrillRecipe.Pattern] = []
        for case .call(.statistic(let statistic), _) in rule.query.root.descendants.map(\.kind) {
            switch statistic {
            case .absent: patterns.append(.gone(1))
            case .increment, .rate: patterns += values.map { .rising($0) }
            default: break
            }
        }
        return patterns + values.map { .steady($0) }
    }

    /// One stream for each selector that is unlike the others.
    private func identities(_ rule: AlarmRules.Rule) -> [StreamIdentity] {
        var names: Set<String> = []
        for case .call(.groupBy(let grouped), _) in rule.query.root.descendants.map(\.kind) { names.formUnion(grouped) }
        var found: [StreamIdentity] = []
        for selector in rule.query.root.selectors {
            var dimensions = ["job": drill.drill, "env": "drill"]
            for name in names where dimensions[name] == nil { dimensions[name] = "drill" }
            for filter in selector.filters { dimensions[filter.name] = filter.example }
            dimensions["resourceGroup"] = nil
            let identity = StreamIdentity(
                namespace: drill.alarm.namespace, resourceGroup: selector.resourceGroup ?? drill.alarm.resourceGroup,
                metric: selector.metric, dimensions: dimensions)
            if !found.contains(identity) { found.append(identity) }
        }
        return found
    }
}

extension DimensionFilter {
    /// A value that passes.
    fileprivate var example: String {
        switch comparison {
        case .equal: value
        case .notEqual, .notLike: value == "drill" ? "exercise" : "drill"
        case .like: (value.split(separator: "|").first.map(String.init) ?? "drill").replacing("*", with: "drill")
        }
    }
}

extension Expression {
    /// Every number with which something is compared.
    fileprivate var numbers: [Double] {
        descendants.flatMap { expression -> [Double] in
            switch expression.kind {
            case .number(let number): [number]
            case .negated(let inner): inner.numbers.map { -$0 }
            case .membership(_, let low, let high, _): [low, high, (low + high) / 2]
            default: []
            }
        }
    }
}
