// SPDX-License-Identifier: MIT

import FoundationEssentials

/// The little of MQL that is needed to read back what was posted: `name[5m]{dim = "value"}.groupBy(dim).sum()`.
struct MetricQuery: Sendable, Hashable {
    enum Statistic: String, Sendable { case sum, count, max, min, mean, avg, first, last }

    var name = ""
    var intervalSeconds = 60
    var filters: [String: String] = [:]
    /// nil: every stream by itself; empty: all in one.
    var groups: [String]?
    var statistic = Statistic.mean

    /// nil for anything else.
    init?(_ text: String) {
        var rest = Substring(text)
        func take(until stop: Character) -> String? {
            guard let end = rest.firstIndex(of: stop) else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[..<end]).trimmed
        }
        guard let name = take(until: "["), !name.isEmpty, let interval = take(until: "]"),
            let seconds = Self.seconds(interval)
        else { return nil }
        self.name = name
        intervalSeconds = seconds
        if rest.first == "{" {
            rest = rest.dropFirst()
            guard let list = take(until: "}"), let filters = Self.filters(list) else { return nil }
            self.filters = filters
        }
        guard read(calls: rest) else { return nil }
    }

    private mutating func read(calls: Substring) -> Bool {
        let parts = calls.split(separator: ".").map { String($0).trimmed }
        guard let last = parts.last, last.hasSuffix("()"),
            let statistic = Statistic(rawValue: String(last.dropLast(2)))
        else { return false }
        self.statistic = statistic
        for part in parts.dropLast() {
            if part == "grouping()" {
                groups = []
            } else if part.hasPrefix("groupBy("), part.hasSuffix(")") {
                groups = part.dropFirst(8).dropLast().split(separator: ",").map { String($0).trimmed }
            } else {
                return false
            }
        }
        return true
    }

    private static func filters(_ text: String) -> [String: String]? {
        var filters: [String: String] = [:]
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            guard sides.count == 2, sides[1].hasPrefix("\""), sides[1].hasSuffix("\""), sides[1].count > 1 else {
                return nil
            }
            filters[sides[0]] = String(sides[1].dropFirst().dropLast())
        }
        return filters
    }

    private static func seconds(_ text: String) -> Int? {
        guard let number = Int(text.dropLast()) else { return nil }
        switch (text.last, number) {
        case ("m", 1...60): return number * 60
        case ("h", 1...24): return number * 3_600
        case ("d", 1): return 86_400
        default: return nil
        }
    }

    /// The statistic over points in the order of their time; their `count` weighs.
    func value(_ points: [MetricPoint]) -> Double {
        let count = points.reduce(0) { $0 + $1.count }
        let sum = points.reduce(0) { $0 + $1.value * Double($1.count) }
        switch statistic {
        case .sum: return sum
        case .count: return Double(count)
        case .max: return points.map(\.value).max() ?? 0
        case .min: return points.map(\.value).min() ?? 0
        case .mean, .avg: return count == 0 ? 0 : sum / Double(count)
        case .first: return points.first?.value ?? 0
        case .last: return points.last?.value ?? 0
        }
    }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
