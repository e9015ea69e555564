// SPDX-License-Identifier: MIT

/// One evaluation: the walk through a query's tree. Every node gives a value for each label.
struct Evaluation {
    let knobs: Knobs
    let store: MetricStore
    let namespace: String
    let resourceGroup: String?
    let labels: LabelGrid
    let visibility: PointVisibility

    /// The value of a node.
    ///
    /// - Parameters:
    ///   - whenFalse: what a predicate gives where it is false: 0, or NaN for no point.
    ///   - parameter: what the parameter of the `filter` around the node stands for.
    func value(of expression: Expression, whenFalse: Double, parameter: Column? = nil) -> Operand {
        switch expression.kind {
        case .number(let number): return .number(number)
        case .variable: return .columns(parameter.map { [$0] } ?? [])
        case .selector: return .columns([])
        case .negated(let inner):
            return value(of: inner, whenFalse: nestedFalse, parameter: parameter).mapped { -$0 }
        case .membership(let inner, let low, let high, let isNegated):
            let holds = membership(low: low, high: high, isNegated: isNegated)
            return value(of: inner, whenFalse: nestedFalse, parameter: parameter)
                .mapped { $0.isNaN ? .nan : holds($0) ? 1 : whenFalse }
        case .binary(let symbol, let left, let right):
            // A join asks whether its operands are true, so it has to see those that are false.
            let operandFalse = symbol.isJoin ? 0 : nestedFalse
            return combined(
                value(of: left, whenFalse: operandFalse, parameter: parameter),
                value(of: right, whenFalse: operandFalse, parameter: parameter),
                by: BinaryRule(symbol, whenFalse: whenFalse, knobs: knobs))
        case .call(let function, let input):
            return .columns(call(function, input))
        }
    }

    /// The longest delay of all streams that selectors of the node choose.
    func longestDelay(of expression: Expression) -> Int64 {
        switch expression.kind {
        case .number, .variable: 0
        case .selector(let selector): streams(of: selector).reduce(0) { max($0, $1.longestDelay) }
        case .negated(let inner), .membership(let inner, _, _, _), .call(_, let inner): longestDelay(of: inner)
        case .binary(_, let left, let right): max(longestDelay(of: left), longestDelay(of: right))
        }
    }

    /// What a predicate gives where it is false and something else is done with it.
    private var nestedFalse: Double { knobs.nestedFalse == .zero ? 0 : .nan }

    private func call(_ function: Function, _ input: Expression) -> [Column] {
        switch function {
        case .grouping, .groupBy: return []
        case .filter(_, let condition):
            return value(of: input, whenFalse: nestedFalse).columns.map { filtered($0, by: condition) }
        case .statistic(let statistic):
            let (grouping, inner) = Grouping.split(input)
            if case .selector(let selector) = inner.kind {
                return columns(of: statistic, over: selector, grouping: grouping)
            }
            return columns(of: statistic, over: value(of: inner, whenFalse: nestedFalse).columns, grouping: grouping)
        }
    }

    private func filtered(_ column: Column, by condition: Expression) -> Column {
        var result = column
        switch value(of: condition, whenFalse: 0, parameter: column) {
        case .number(let truth):
            if truth.isNaN || truth == 0 { result.values = labels.noPoints }
        case .columns(let columns):
            let truth = columns.first?.values ?? labels.noPoints
            for index in truth.indices where truth[index].isNaN || truth[index] == 0 { result.values[index] = .nan }
        }
        return result
    }

    private func membership(low: Double, high: Double, isNegated: Bool) -> (Double) -> Bool {
        guard isNegated else { return { low <= $0 && $0 <= high } }
        return knobs.notInBounds == .inclusive ? { $0 <= low || $0 >= high } : { $0 < low || $0 > high }
    }
}

/// One stream of an intermediate result. It is kept where it has no point, so that what pairs up with what does not depend
/// on the labels asked for.
struct Column {
    var dimensions: [String: String]
    /// That of the metric streams it comes from; only for grouping by it.
    var resourceGroup: String?
    /// One for each label; NaN: no point.
    var values: [Double]
}

/// What a node gives: a constant, or streams.
enum Operand {
    case number(Double)
    case columns([Column])

    var columns: [Column] {
        guard case .columns(let columns) = self else { return [] }
        return columns
    }

    /// The operand with each value changed.
    consuming func mapped(_ change: (Double) -> Double) -> Operand {
        switch consume self {
        case .number(let number): return .number(change(number))
        case .columns(var columns):
            for index in columns.indices { columns[index].values = columns[index].values.map(change) }
            return .columns(columns)
        }
    }
}

extension LabelGrid {
    /// No point at any label.
    var noPoints: [Double] { Array(repeating: .nan, count: count) }
}
