// SPDX-License-Identifier: MIT

/// What an operator makes of two values, either of which may be missing (NaN).
struct BinaryRule {
    /// Whether a stream without partner has a value.
    let keepsUnpaired: Bool
    /// Two points of streams.
    let ofPoints: (Double, Double) -> Double
    /// A point and a constant: never a value where there is no point.
    let ofPointAndConstant: (Double, Double) -> Double

    init(_ symbol: BinaryOperator, whenFalse: Double, knobs: Knobs) {
        if symbol.isJoin {
            let join = Self.join(symbol, whenFalse: whenFalse)
            keepsUnpaired = true
            ofPoints = join
            ofPointAndConstant = Self.needingBoth(join)
        } else if symbol.isComparison {
            keepsUnpaired = false
            ofPoints = Self.needingBoth(Self.comparison(symbol, whenFalse: whenFalse))
            ofPointAndConstant = ofPoints
        } else {
            // NaN passes through arithmetic by itself.
            let arithmetic = Self.arithmetic(symbol)
            keepsUnpaired = knobs.arithmeticMissing == .skip
            ofPointAndConstant = arithmetic
            ofPoints =
                knobs.arithmeticMissing == .null
                ? arithmetic : { $0.isNaN ? $1 : $1.isNaN ? $0 : arithmetic($0, $1) }
        }
    }

    private static func needingBoth(_ rule: @escaping (Double, Double) -> Double) -> (Double, Double) -> Double {
        { $0.isNaN || $1.isNaN ? .nan : rule($0, $1) }
    }

    private static func arithmetic(_ symbol: BinaryOperator) -> (Double, Double) -> Double {
        switch symbol {
        case .add: { ($0 + $1).finiteOrMissing }
        case .subtract: { ($0 - $1).finiteOrMissing }
        case .multiply: { ($0 * $1).finiteOrMissing }
        case .divide: { ($0 / $1).finiteOrMissing }
        default: { $0.truncatingRemainder(dividingBy: $1).finiteOrMissing }
        }
    }

    private static func comparison(_ symbol: BinaryOperator, whenFalse: Double) -> (Double, Double) -> Double {
        switch symbol {
        case .greater: { $0 > $1 ? 1 : whenFalse }
        case .greaterOrEqual: { $0 >= $1 ? 1 : whenFalse }
        case .less: { $0 < $1 ? 1 : whenFalse }
        case .lessOrEqual: { $0 <= $1 ? 1 : whenFalse }
        case .equal: { $0 == $1 ? 1 : whenFalse }
        default: { $0 != $1 ? 1 : whenFalse }
        }
    }

    private static func join(_ symbol: BinaryOperator, whenFalse: Double) -> (Double, Double) -> Double {
        let isAnd = symbol == .and
        return { left, right in
            if left.isNaN && right.isNaN { return .nan }
            let (isLeft, isRight) = (!left.isNaN && left != 0, !right.isNaN && right != 0)
            return (isAnd ? isLeft && isRight : isLeft || isRight) ? 1 : whenFalse
        }
    }
}

extension Double {
    /// NaN for what lies outside a `Double`, as nothing can be said about it.
    var finiteOrMissing: Double { isFinite ? self : .nan }
}

extension Evaluation {
    /// Two operands under an operator, stream by stream.
    func combined(_ left: Operand, _ right: Operand, by rule: BinaryRule) -> Operand {
        switch (left, right) {
        case (.number(let left), .number(let right)): return .number(rule.ofPointAndConstant(left, right))
        case (_, .number(let right)): return left.mapped { rule.ofPointAndConstant($0, right) }
        case (.number(let left), _): return right.mapped { rule.ofPointAndConstant(left, $0) }
        case (.columns(let left), .columns(let right)): return .columns(paired(left, right, by: rule))
        }
    }

    private func paired(_ left: [Column], _ right: [Column], by rule: BinaryRule) -> [Column] {
        if !left.isEmpty, let single = broadcast(right) { return left.map { combined($0, single, like: $0, by: rule) } }
        if !right.isEmpty, let single = broadcast(left) {
            return right.map { combined(single, $0, like: $0, by: rule) }
        }
        var partners = Dictionary(right.map { ($0.dimensions, $0) }) { first, _ in first }
        var result: [Column] = []
        for column in left {
            if let partner = partners.removeValue(forKey: column.dimensions) {
                result.append(combined(column, partner, like: column, by: rule))
            } else if rule.keepsUnpaired {
                result.append(combined(column, nil, like: column, by: rule))
            }
        }
        guard rule.keepsUnpaired else { return result }
        let rest = right.filter { partners.removeValue(forKey: $0.dimensions) != nil }
        return result + rest.map { combined(nil, $0, like: $0, by: rule) }
    }

    /// The only stream of a side, if it has no dimensions: it pairs up with all of the other.
    private func broadcast(_ columns: [Column]) -> Column? {
        guard knobs.streamMatching == .broadcast, columns.count == 1, columns[0].dimensions.isEmpty else { return nil }
        return columns[0]
    }

    private func combined(_ left: Column?, _ right: Column?, like model: Column, by rule: BinaryRule) -> Column {
        let (left, right) = (left?.values ?? labels.noPoints, right?.values ?? labels.noPoints)
        var values = left
        for index in values.indices { values[index] = rule.ofPoints(left[index], right[index]) }
        return Column(dimensions: model.dimensions, resourceGroup: model.resourceGroup, values: values)
    }
}
