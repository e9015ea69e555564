// SPDX-License-Identifier: MIT

import JSON

/// ListMetrics: which streams there are, or which names, namespaces and groups (contract §7.2).
struct MetricList: Sendable {
    private static let keys = ["namespace", "name", "resourceGroup"]

    private let wanted: [(key: String, pattern: String)]
    private let filters: [JSONMember]
    /// What is told; nil: whole streams.
    private let groups: [String]?
    private let order: String
    private let isDescending: Bool

    /// Reads ListMetricsDetails. `*` stands for any run of characters.
    init(_ details: JSONValue) throws(ServiceError) {
        wanted = Self.keys.compactMap { key in details[key]?.string.map { (key, $0) } }
        let groups = details["groupBy"]?.array?.compactMap(\.string) ?? []
        guard groups.allSatisfy(Self.keys.contains) else {
            throw .invalid("groupBy may hold \(Self.keys.joined(separator: " ")).")
        }
        self.groups = groups.isEmpty ? nil : groups
        filters = groups.isEmpty ? details["dimensionFilters"]?.object ?? [] : []
        let orders = ["NAMESPACE": "namespace", "NAME": "name", "RESOURCEGROUP": "resourceGroup"]
        guard let order = orders[details["sortBy"]?.string ?? "NAMESPACE"] else {
            throw .invalid("sortBy must be NAMESPACE, NAME or RESOURCEGROUP.")
        }
        self.order = order
        isDescending = details["sortOrder"]?.string == "DESC"
    }

    /// One Metric of the API for each stream or group of streams of the points.
    func streams(_ points: [MetricPoint]) -> [JSONValue] {
        var seen = Set<JSONValue>()
        let found = points.filter(isWanted).map(told).filter { seen.insert($0).inserted }
        let sorted = found.map { (key: ($0[order]?.string ?? "") + "\n" + $0.text, value: $0) }
            .sorted { $0.key < $1.key }.map(\.value)
        return isDescending ? sorted.reversed() : sorted
    }

    private func isWanted(_ point: MetricPoint) -> Bool {
        let own = ["namespace": point.namespace, "name": point.name, "resourceGroup": point.resourceGroup ?? ""]
        return wanted.allSatisfy { Self.matches($0.pattern, own[$0.key] ?? "") }
            && filters.allSatisfy { point.dimensions[$0.name] == $0.value.string }
    }

    private func told(_ point: MetricPoint) -> JSONValue {
        func member(_ key: String, _ value: JSONValue) -> JSONMember {
            JSONMember(key, groups.map { $0.contains(key) } ?? true ? value : .null)
        }
        return .object([
            member("name", .string(point.name)), member("namespace", .string(point.namespace)),
            member("resourceGroup", .optional(point.resourceGroup)),
            JSONMember("compartmentId", .string(point.compartment)), member("dimensions", point.dimensionsJSON),
        ])
    }

    /// Whether a text is what a pattern with `*` describes.
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return pattern == text }
        guard text.hasPrefix(first), text.utf8.count >= first.utf8.count + last.utf8.count, text.hasSuffix(last) else {
            return false
        }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
