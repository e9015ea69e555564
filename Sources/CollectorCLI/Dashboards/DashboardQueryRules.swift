// SPDX-License-Identifier: MIT

import Collector
import MQL

/// What a query of a dashboard has to keep; where it stands is the caller's to say.
struct DashboardQueryRules {
    /// How its numbers are shown; nil: not known.
    var unit: DashboardUnit?
    /// How far back its dashboard looks, in milliseconds; nil: not known.
    var span: Int64?

    /// What is wrong with a query of Monitoring; `names` are the dimensions that its label speaks of.
    func mql(_ text: String, names: [String]) -> [String] {
        let parsed: Query
        do throws(QueryError) {
            parsed = try Query(parsing: text, as: .metric)
        } catch {
            return error.diagnostics.map { "\(text): \($0.code): \($0.message)" }
        }
        var messages = QueryLint(traits: Self.traits).findings(in: parsed).map { "\($0.code): \($0.message)" }
        if parsed.canonicalText != text { messages.append("its canonical form is \(parsed.canonicalText)") }
        if parsed.root.hasTrigger { messages.append("a comparison leaves points out; use limit instead") }
        messages += parsed.root.selectors.flatMap(selector)
        return messages + grouping(parsed, names)
    }

    private static let traits: @Sendable (Selector) -> MetricTraits = { selector in
        let metric = MetricCatalog.named(selector.metric)
        return MetricTraits(isZeroFilled: metric.map { $0.density == .dense }, isPercentage: nil)
    }

    private func selector(_ selector: Selector) -> [String] {
        guard let metric = MetricCatalog.named(selector.metric) else {
            return ["nobody posts a metric \"\(selector.metric)\"\(dashboardHint(selector.metric, Self.metricNames))"]
        }
        var messages: [String] = []
        if selector.resourceGroup != nil {
            messages.append("a resource group is set by the data source, not by the query")
        }
        if let unit, !unit.fits(metric.unit) {
            messages.append("\(metric.name) is in \(metric.unit), which is not shown as \(unit.rawValue)")
        }
        let seconds = selector.interval.minutes * 60
        if seconds < metric.periodSeconds {
            messages.append(
                "\(metric.name) is posted every \(metric.periodSeconds / 60) min: [\(selector.interval.text)] leaves windows empty"
            )
        }
        if let span, span > Self.reach(selector.interval) {
            messages.append("OCI reaches less far back than the dashboard's span at [\(selector.interval.text)]")
        }
        if selector.filters.first(where: { $0.name == "job" })?.value != "${job}" {
            messages.append("it does not filter by {job = \"${job}\"}")
        }
        return messages + selector.filters.flatMap { filter(metric, $0.name, $0.comparison.rawValue, $0.value) }
    }

    private static let metricNames = MetricCatalog.all.map(\.name)

    /// How far back a query of that interval can be asked, in milliseconds: 7 days at 1m, 30 at 5m, 90 at 1h.
    ///
    /// Source: Oracle's documentation of SummarizeMetricsData, "the maximum time range".
    static func reach(_ interval: Interval) -> Int64 {
        let days: Int64 = interval.minutes < 5 ? 7 : interval.minutes < 60 ? 30 : 90
        return days * 86_400_000
    }

    /// A dimension that the metric has, and values that occur.
    private func filter(_ metric: DeclaredMetric, _ name: String, _ sign: String, _ value: String) -> [String] {
        let dimensions = MetricCatalog.common + metric.dimensions
        guard let dimension = dimensions.first(where: { $0.name == name }) else {
            return ["\(metric.name) has no dimension \"\(name)\"\(dashboardHint(name, dimensions.map(\.name)))"]
        }
        guard let values = dimension.values else { return [] }
        let wanted = sign.hasSuffix("~") ? value.split(separator: "|").map(String.init) : [value]
        return wanted.filter { word in !values.contains { Self.matches($0, word) } }.map { word in
            "\(name) of \(metric.name) is never \"\(word)\"\(dashboardHint(word, values))"
        }
    }

    /// `*` stands for any run of characters at the end.
    private static func matches(_ value: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? value.hasPrefix(pattern.dropLast()) : value == pattern
    }

    /// Dimensions that are grouped by exist, and the label names no other.
    private func grouping(_ query: Query, _ names: [String]) -> [String] {
        var messages: [String] = []
        let known = query.root.selectors.compactMap { MetricCatalog.named($0.metric) }
            .flatMap { MetricCatalog.common + $0.dimensions }.map(\.name)
        let groups = query.root.descendants.flatMap { node -> [String] in
            if case .call(.groupBy(let names), _) = node.kind { names } else { [] }
        }
        if groups.isEmpty { messages.append("it groups by nothing: each vantage or host would be a line of its own") }
        messages += groups.filter { !known.contains($0) && !known.isEmpty }.map {
            "there is no dimension \"\($0)\" to group by\(dashboardHint($0, known))"
        }
        for name in Set(names).subtracting(groups).sorted() {
            messages.append("its label speaks of {{\(name)}}, by which it does not group")
        }
        return messages
    }

    // What Prometheus is asked.

    /// What is wrong with a query of Prometheus; `mql`: the one beside it, which asks the same.
    func promql(_ text: String, names: [String], mql: String?) -> [String] {
        let reading = PromQLReading(text)
        var messages = reading.problems + reading.selectors.flatMap(textfile)
        let metrics = reading.selectors.compactMap { MetricCatalog.named($0.metric) }
        let known = metrics.flatMap { MetricCatalog.common + $0.dimensions }.map(\.name)
        messages += reading.groups.filter { !known.isEmpty && !known.contains($0) }.map {
            "there is no label \"\($0)\"\(dashboardHint($0, known))"
        }
        messages += names.filter { !reading.groups.contains($0) }.map {
            "its label speaks of {{\($0)}}, which is none of its result's labels"
        }
        // Both ask the same: the same metrics, whatever is done with them. A query that cannot be read is told of itself.
        if let mql, let parsed = try? Query(parsing: mql, as: .metric),
            Set(parsed.root.selectors.map(\.metric)) != Set(reading.selectors.map(\.metric))
        {
            messages.append("it reads other metrics than the MQL beside it")
        }
        return messages.map { "promql: \($0)" }
    }

    private func textfile(_ selector: PromQLReading.Selector) -> [String] {
        guard let metric = MetricCatalog.named(selector.metric) else {
            return ["no textfile has \"\(selector.metric)\"\(dashboardHint(selector.metric, Self.metricNames))"]
        }
        var messages = selector.matchers.flatMap { filter(metric, $0.label, $0.sign, $0.value) }
        if selector.matchers.first(where: { $0.label == "job" })?.value != "${job}" {
            messages.append("it does not select {job=\"${job}\"}")
        }
        if let range = selector.range, range < Int64(metric.periodSeconds) * 1_000 {
            messages.append("\(metric.name) changes every \(metric.periodSeconds / 60) min, less often than that range")
        }
        return messages
    }
}

/// `; did you mean "…"?`, or nothing.
func dashboardHint(_ word: String, _ known: some Sequence<String>) -> String {
    nearest(to: word, among: Array(known)).map { "; did you mean \"\($0)\"?" } ?? ""
}

extension String {
    /// The names within double braces.
    var placeholders: [String] {
        var names: [String] = []
        var rest = Substring(self)
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            names.append(String(rest[start.upperBound..<end.lowerBound]))
            rest = rest[end.upperBound...]
        }
        return names
    }
}
