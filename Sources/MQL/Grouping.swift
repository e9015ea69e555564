// SPDX-License-Identifier: MIT

/// What makes one stream of several.
enum Grouping {
    /// Each stream stands alone.
    case none
    /// All are one.
    case all
    /// One for each combination of these dimensions; one that a stream lacks is left out of its combination.
    case by([String])

    /// The grouping function around an expression, and what is inside.
    static func split(_ expression: Expression) -> (Grouping, Expression) {
        switch expression.kind {
        case .call(.grouping, let input): (.all, input)
        case .call(.groupBy(let names), let input): (.by(names), input)
        default: (.none, expression)
        }
    }

    /// The dimensions that a stream's group has. `resourceGroup` counts as a dimension if there is no real one.
    func key(_ dimensions: [String: String], resourceGroup: String?) -> [String: String] {
        switch self {
        case .none: return dimensions
        case .all: return [:]
        case .by(let names):
            var key: [String: String] = [:]
            for name in names { key[name] = dimensions.value(named: name, resourceGroup: resourceGroup) }
            return key
        }
    }

    /// Members by group, in the order in which groups first occur.
    func groups<Member>(
        _ members: [Member], key: (Member) -> [String: String]
    ) -> [(dimensions: [String: String], members: [Member])] {
        var places: [[String: String]: Int] = [:]
        var result: [(dimensions: [String: String], members: [Member])] = []
        for member in members {
            let key = key(member)
            if let place = places[key] {
                result[place].members.append(member)
            } else {
                places[key] = result.count
                result.append((key, [member]))
            }
        }
        return result
    }
}

extension [String: String] {
    /// The value of a dimension; the resource group counts as one.
    func value(named name: String, resourceGroup: String?) -> String? {
        self[name] ?? (name == "resourceGroup" ? resourceGroup : nil)
    }
}

extension Evaluation {
    /// The streams that a selector chooses, in order of their dimensions.
    func streams(of selector: Selector) -> [MetricStream] {
        let group = selector.resourceGroup ?? resourceGroup
        let streams = store.streams(namespace: namespace, metric: selector.metric)
            .filter { $0.identity.resourceGroup == group }
        let tests = selector.filters.compactMap { filter in
            let isKnown = streams.contains { $0.identity.value(of: filter.name) != nil }
            return isKnown || knobs.unknownDimension == .matchesNothing ? test(filter, isKnown: isKnown) : nil
        }
        return streams.filter { stream in tests.allSatisfy { $0(stream.identity) } }
    }

    /// A stream that lacks the dimension fails `=` and `=~` and passes the others.
    private func test(_ filter: DimensionFilter, isKnown: Bool) -> (StreamIdentity) -> Bool {
        guard isKnown else { return { _ in false } }
        let (name, value) = (filter.name, filter.value)
        let pattern = WildcardPattern(value, ignoringCase: knobs.fuzzyCase == .insensitive)
        return switch filter.comparison {
        case .equal: { $0.value(of: name) == value }
        case .notEqual: { $0.value(of: name) != value }
        case .like: { $0.value(of: name).map { pattern.matches($0) } ?? false }
        case .notLike: { $0.value(of: name).map { !pattern.matches($0) } ?? true }
        }
    }
}

extension StreamIdentity {
    /// The value of a dimension; the resource group counts as one.
    func value(of name: String) -> String? { dimensions.value(named: name, resourceGroup: resourceGroup) }
}
