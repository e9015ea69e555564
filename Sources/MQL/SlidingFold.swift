// SPDX-License-Identifier: MIT

/// A way to make one value of many, whatever their order.
protocol Fold {
    associatedtype State
    /// No value yet.
    static var empty: State { get }
    static func isEmpty(_ state: State) -> Bool
    static func state(of value: Double) -> State
    /// Neither is empty.
    static func combined(_ left: State, _ right: State) -> State
    /// Of a state that is not empty; NaN outside a `Double`.
    static func value(of state: State) -> Double
}

/// Sums, with the rounding error of each addition carried along, so that a window's sum does not depend on where the windows
/// before it began.
enum SumFold: Fold {
    struct State {
        var sum: Double
        var error: Double
    }

    static let empty = State(sum: .nan, error: 0)
    static func isEmpty(_ state: State) -> Bool { state.sum.isNaN }
    static func state(of value: Double) -> State { State(sum: value, error: 0) }
    static func value(of state: State) -> Double { (state.sum + state.error).finiteOrMissing }

    static func combined(_ left: State, _ right: State) -> State {
        let sum = left.sum + right.sum
        // Infinite stays infinite: infinity minus infinity would look like no value.
        guard sum.isFinite else { return State(sum: .infinity, error: 0) }
        let fromRight = sum - left.sum
        let error = (left.sum - (sum - fromRight)) + (right.sum - fromRight)
        return State(sum: sum, error: error + left.error + right.error)
    }
}

/// The least value.
enum MinFold: Fold {
    static let empty = Double.nan
    static func isEmpty(_ state: Double) -> Bool { state.isNaN }
    static func state(of value: Double) -> Double { value }
    static func combined(_ left: Double, _ right: Double) -> Double { right < left ? right : left }
    static func value(of state: Double) -> Double { state }
}

/// The greatest value.
enum MaxFold: Fold {
    static let empty = Double.nan
    static func isEmpty(_ state: Double) -> Bool { state.isNaN }
    static func state(of value: Double) -> Double { value }
    static func combined(_ left: Double, _ right: Double) -> Double { right > left ? right : left }
    static func value(of state: Double) -> Double { state }
}

/// The fold of each window, of one stream or of several together.
///
/// Nothing is ever taken out of a fold. A window consists of a back part, for which the fold of every rest is known, and a front
/// part that grows; once the back part is used up, the window as it then is becomes the new one. So each point is looked at
/// twice, however long the windows are.
struct SlidingFold<Rule: Fold> {
    private(set) var states: [Rule.State]

    init(_ rule: Rule.Type, labels: LabelGrid) {
        states = Array(repeating: Rule.empty, count: labels.count)
    }

    /// The value of each window; NaN: empty.
    var values: [Double] { states.map { Rule.isEmpty($0) ? .nan : Rule.value(of: $0) } }

    /// Adds the points of a stream to each window. `scale` gives factors, as of counts.
    mutating func add(_ items: [Double], scale: [Double]? = nil, _ bounds: WindowBounds) {
        var rests = Array(repeating: Rule.empty, count: bounds.widest)
        var front = Rule.empty
        var (base, middle, next) = (0, 0, 0)
        func item(_ index: Int) -> Rule.State { Rule.state(of: scale.map { $0[index] * items[index] } ?? items[index]) }
        for label in states.indices {
            let (low, high) = (bounds.low[label], bounds.high[label])
            guard low < high else { continue }
            if low >= middle {
                var rest = item(high - 1)
                rests[high - 1 - low] = rest
                for index in stride(from: high - 2, through: low, by: -1) {
                    rest = Rule.combined(rest, item(index))
                    rests[index - low] = rest
                }
                (base, middle, next, front) = (low, high, high, Rule.empty)
            }
            while next < high {
                front = next == middle ? item(next) : Rule.combined(front, item(next))
                next += 1
            }
            let rest = rests[low - base]
            add(next == middle ? rest : Rule.combined(rest, front), at: label)
        }
    }

    /// Adds one value at a label.
    mutating func add(_ state: Rule.State, at label: Int) {
        states[label] = Rule.isEmpty(states[label]) ? state : Rule.combined(states[label], state)
    }
}
