// SPDX-License-Identifier: MIT

import MQL

/// The specification's §2 word by word: each label by itself, each window gathered anew. Slow, and shares no code with the
/// evaluator.
struct ReferenceEvaluator {
    /// A constant, or a value for each stream; nil: no point.
    enum Value {
        case number(Double?)
        case streams([Stream])
    }

    struct Stream {
        var dimensions: [String: String]
        var group: String?
        var value: Double?
    }

    let knobs: Knobs
    let streams: [ReferenceStream]
    let group: String?
    let visibility: PointVisibility

    init(
        knobs: Knobs, streams: [MetricStream], group: String? = nil, visibility: PointVisibility = .everything
    ) {
        (self.knobs, self.group, self.visibility) = (knobs, group, visibility)
        self.streams = streams.map(ReferenceStream.init)
    }

    func evaluate(_ expression: Expression, _ labels: LabelGrid, _ purpose: Query.Purpose) -> [String: [Double?]] {
        var rows: [String: [Double?]] = [:]
        for index in 0..<labels.count {
            let value = value(expression, labels[index], whenFalse: purpose == .alarm ? 0 : nil, nil)
            guard case .streams(let streams) = value else { return [:] }
            for stream in streams {
                let text = ResultStream(dimensions: stream.dimensions, values: []).dimensionText
                rows[text, default: Array(repeating: nil, count: labels.count)][index] = stream.value
            }
        }
        return rows.filter { $0.value.contains { $0 != nil } }
    }

    private var nestedFalse: Double? { knobs.nestedFalse == .zero ? 0 : nil }

    func value(_ node: Expression, _ label: Int64, whenFalse: Double?, _ parameter: Stream?) -> Value {
        switch node.kind {
        case .number(let number): return .number(number)
        case .variable: return .streams(parameter.map { [$0] } ?? [])
        case .selector: return .streams([])
        case .negated(let inner):
            return map(value(inner, label, whenFalse: nestedFalse, parameter)) { $0.map { -$0 } }
        case .membership(let inner, let low, let high, let isNegated):
            return map(value(inner, label, whenFalse: nestedFalse, parameter)) {
                $0.flatMap { holds($0, low, high, isNegated) ? 1 : whenFalse }
            }
        case .binary(let symbol, let left, let right):
            let inner = symbol == .and || symbol == .or ? 0 : nestedFalse
            return combine(
                symbol, value(left, label, whenFalse: inner, parameter),
                value(right, label, whenFalse: inner, parameter), whenFalse)
        case .call(.statistic(let statistic), let input): return .streams(call(statistic, input, label))
        case .call(.filter(_, let condition), let input):
            let values = value(input, label, whenFalse: nestedFalse, nil)
            guard case .streams = values else { return .streams([]) }
            return map(values) { number in
                guard let number else { return nil }
                let stream = Stream(dimensions: [:], value: number)
                switch value(condition, label, whenFalse: 0, stream) {
                case .number(let truth): return truth ?? 0 == 0 ? nil : number
                case .streams(let streams): return streams.first?.value ?? 0 == 0 ? nil : number
                }
            }
        case .call: return .streams([])
        }
    }

    private func holds(_ value: Double, _ low: Double, _ high: Double, _ isNegated: Bool) -> Bool {
        if !isNegated { return value >= low && value <= high }
        if knobs.notInBounds == .inclusive, value == low || value == high { return true }
        return value < low || value > high
    }

    private func map(_ value: Value, _ change: (Double?) -> Double?) -> Value {
        switch value {
        case .number(let number): .number(change(number))
        case .streams(let streams):
            .streams(streams.map { Stream(dimensions: $0.dimensions, group: $0.group, value: change($0.value)) })
        }
    }

    private func call(_ statistic: Statistic, _ input: Expression, _ label: Int64) -> [Stream] {
        var (names, isGrouped, inner): ([String], Bool, Expression) = ([], false, input)
        if case .call(.grouping, let input) = input.kind { (isGrouped, inner) = (true, input) }
        if case .call(.groupBy(let by), let input) = input.kind { (names, isGrouped, inner) = (by, true, input) }
        func key(_ dimensions: [String: String], _ group: String?) -> [String: String] {
            guard isGrouped else { return dimensions }
            var all = dimensions
            if all["resourceGroup"] == nil, let group { all["resourceGroup"] = group }
            return all.filter { names.contains($0.key) }
        }
        if case .selector(let selector) = inner.kind {
            let members = select(selector)
            return unique(members.map { key($0.identity.dimensions, $0.identity.resourceGroup) }).map { dimensions in
                let group = members.filter {
                    key($0.identity.dimensions, $0.identity.resourceGroup) == dimensions
                }
                let window = ReferenceWindow(
                    group, label: label, interval: Int64(selector.interval.minutes) * minute, knobs: knobs,
                    visibility: visibility)
                return Stream(
                    dimensions: dimensions, group: isGrouped ? nil : group[0].identity.resourceGroup,
                    value: window.value(of: statistic))
            }
        }
        guard case .streams(let results) = value(inner, label, whenFalse: nestedFalse, nil) else { return [] }
        return unique(results.map { key($0.dimensions, $0.group) }).map { dimensions in
            let group = results.filter { key($0.dimensions, $0.group) == dimensions }
            let values = group.compactMap(\.value)
            return Stream(
                dimensions: dimensions, group: isGrouped ? nil : group[0].group,
                value: ReferenceWindow.nested(statistic, values, knobs: knobs))
        }
    }

    private func unique(_ keys: [[String: String]]) -> [[String: String]] {
        keys.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func select(_ selector: Selector) -> [ReferenceStream] {
        let group = selector.resourceGroup ?? group
        let all = streams.filter { $0.identity.metric == selector.metric && $0.identity.resourceGroup == group }
        func dimension(_ name: String, _ identity: StreamIdentity) -> String? {
            identity.dimensions[name] ?? (name == "resourceGroup" ? identity.resourceGroup : nil)
        }
        return all.filter { stream in
            selector.filters.allSatisfy { filter in
                if all.allSatisfy({ dimension(filter.name, $0.identity) == nil }) {
                    return knobs.unknownDimension == .ignored
                }
                let value = dimension(filter.name, stream.identity)
                switch filter.comparison {
                case .equal: return value == filter.value
                case .notEqual: return value != filter.value
                case .like: return value.map { like($0, filter.value) } ?? false
                case .notLike: return !(value.map { like($0, filter.value) } ?? false)
                }
            }
        }
    }

    private func like(_ value: String, _ pattern: String) -> Bool {
        let isSensitive = knobs.fuzzyCase == .sensitive
        let (value, pattern) = isSensitive ? (value, pattern) : (value.lowercased(), pattern.lowercased())
        return pattern.split(separator: "|", omittingEmptySubsequences: false)
            .contains { Self.glob(Substring(value), $0) }
    }

    static func glob(_ value: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return value.isEmpty }
        if first == "*" {
            return glob(value, pattern.dropFirst()) || (!value.isEmpty && glob(value.dropFirst(), pattern))
        }
        return value.first == first && glob(value.dropFirst(), pattern.dropFirst())
    }

    private func combine(_ symbol: BinaryOperator, _ left: Value, _ right: Value, _ whenFalse: Double?) -> Value {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            return .number(constant(symbol, left, right, whenFalse))
        case (.streams, .number(let right)): return map(left) { constant(symbol, $0, right, whenFalse) }
        case (.number(let left), .streams): return map(right) { constant(symbol, left, $0, whenFalse) }
        case (.streams(let left), .streams(let right)):
            let isBroadcast = knobs.streamMatching == .broadcast
            if isBroadcast, !left.isEmpty, right.count == 1, right[0].dimensions.isEmpty {
                return map(.streams(left)) { points(symbol, $0, right[0].value, whenFalse) }
            }
            if isBroadcast, !right.isEmpty, left.count == 1, left[0].dimensions.isEmpty {
                return map(.streams(right)) { points(symbol, left[0].value, $0, whenFalse) }
            }
            let isArithmetic = !symbol.isComparison && !symbol.isJoin
            let keepsUnpaired = symbol.isJoin || (isArithmetic && knobs.arithmeticMissing == .skip)
            let shared = left.map(\.dimensions).filter { right.map(\.dimensions).contains($0) }
            return .streams(
                (keepsUnpaired ? unique((left + right).map(\.dimensions)) : shared).map { dimensions in
                    let first = left.first { $0.dimensions == dimensions }
                    let second = right.first { $0.dimensions == dimensions }
                    return Stream(
                        dimensions: dimensions, group: first.map(\.group) ?? second?.group,
                        value: points(symbol, first?.value, second?.value, whenFalse))
                })
        }
    }

    private func constant(_ symbol: BinaryOperator, _ left: Double?, _ right: Double?, _ no: Double?) -> Double? {
        guard let left, let right else { return nil }
        return points(symbol, left, right, no)
    }

    private func points(_ symbol: BinaryOperator, _ left: Double?, _ right: Double?, _ no: Double?) -> Double? {
        if symbol == .and || symbol == .or {
            if left == nil && right == nil { return nil }
            let (isLeft, isRight) = (left ?? 0 != 0, right ?? 0 != 0)
            return (symbol == .and ? isLeft && isRight : isLeft || isRight) ? 1 : no
        }
        guard let left, let right else {
            return !symbol.isComparison && knobs.arithmeticMissing == .skip ? left ?? right : nil
        }
        let result: Double? =
            switch symbol {
            case .greater: left > right ? 1 : no
            case .greaterOrEqual: left >= right ? 1 : no
            case .less: left < right ? 1 : no
            case .lessOrEqual: left <= right ? 1 : no
            case .equal: left == right ? 1 : no
            case .notEqual: left != right ? 1 : no
            case .add: left + right
            case .subtract: left - right
            case .multiply: left * right
            case .divide: right == 0 ? nil : left / right
            default: right == 0 ? nil : left.truncatingRemainder(dividingBy: right)
            }
        return result.flatMap { $0.isFinite ? $0 : nil }
    }
}
