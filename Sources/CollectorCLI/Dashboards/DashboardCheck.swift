// SPDX-License-Identifier: MIT

import Collector
import MQL

/// Holds every panel against what is really posted.
struct DashboardCheck {
    let set: DashboardSet
    /// Names of alarms and of runbooks; nil: not known here, so nothing is said about them.
    var alarms: Set<String>?
    var runbooks: Set<String>?

    /// Everything that is wrong, in the order of the file.
    func problems() -> [DashboardProblem] {
        set.dashboards.flatMap { dashboard in
            dashboard.panels.flatMap { panel in
                belongings(panel) + panel.queries.flatMap { mql($0, panel, dashboard) + promql($0, panel) }
            }
        }
    }

    private func problem(_ message: String, _ panel: DashboardPanel, _ query: DashboardQuery? = nil) -> DashboardProblem
    {
        DashboardProblem(path: set.path, mark: query?.mqlMark ?? panel.mark, panel: panel.name, message: message)
    }

    private func belongings(_ panel: DashboardPanel) -> [DashboardProblem] {
        var messages: [String] = []
        if let alarms {
            messages += panel.alarms.filter { !alarms.contains($0) }.map {
                "there is no alarm \"\($0)\"\(hint($0, alarms))"
            }
        }
        if let runbooks, let book = panel.runbook, !runbooks.contains(book) {
            messages.append("there is no runbook \"\(book)\"\(hint(book, runbooks))")
        }
        if let slo = panel.slo, !Self.objectives.isEmpty, !Self.objectives.contains(slo) {
            messages.append("no metric tells of an objective \"\(slo)\"\(hint(slo, Self.objectives))")
        }
        if panel.runbook == nil {
            messages.append("it names no runbook: who sees it look bad would not know what to do")
        }
        return messages.map { problem($0, panel) }
    }

    /// Objectives whose gauges are posted.
    static let objectives = Set(
        MetricCatalog.named("slo_budget_remaining_ratio")?.dimensions.first { $0.name == "slo" }?.values ?? [])

    private func hint(_ word: String, _ known: some Sequence<String>) -> String {
        nearest(to: word, among: Array(known)).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    // What OCI Monitoring is asked.

    private func mql(_ query: DashboardQuery, _ panel: DashboardPanel, _ dashboard: Dashboard) -> [DashboardProblem] {
        let parsed: Query
        do throws(QueryError) {
            parsed = try query.query()
        } catch {
            return error.diagnostics.map { problem("\(query.mql): \($0.code): \($0.message)", panel, query) }
        }
        var messages = QueryLint(traits: Self.traits).findings(in: parsed).map { "\($0.code): \($0.message)" }
        if parsed.canonicalText != query.mql { messages.append("its canonical form is \(parsed.canonicalText)") }
        if parsed.root.hasTrigger { messages.append("a comparison leaves points out; use limit instead") }
        messages += parsed.root.selectors.flatMap { selector($0, panel, dashboard) }
        messages += grouping(parsed, label: query.label)
        return messages.map { problem($0, panel, query) }
    }

    private static let traits: @Sendable (Selector) -> MetricTraits = { selector in
        let metric = MetricCatalog.named(selector.metric)
        return MetricTraits(isZeroFilled: metric.map { $0.density == .dense }, isPercentage: nil)
    }

    private func selector(_ selector: Selector, _ panel: DashboardPanel, _ dashboard: Dashboard) -> [String] {
        guard let metric = MetricCatalog.named(selector.metric) else {
            return ["nobody posts a metric \"\(selector.metric)\"\(hint(selector.metric, Self.metricNames))"]
        }
        var messages: [String] = []
        if selector.resourceGroup != nil {
            messages.append("a resource group is set by the data source, not by the query")
        }
        if !panel.unit.fits(metric.unit) {
            messages.append("\(metric.name) is in \(metric.unit), which is not shown as \(panel.unit.rawValue)")
        }
        let seconds = selector.interval.minutes * 60
        if seconds < metric.periodSeconds {
            messages.append(
                "\(metric.name) is posted every \(metric.periodSeconds / 60) min: [\(selector.interval.text)] leaves windows empty"
            )
        }
        if dashboard.span > Self.reach(selector.interval) {
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
            return ["\(metric.name) has no dimension \"\(name)\"\(hint(name, dimensions.map(\.name)))"]
        }
        guard let values = dimension.values else { return [] }
        let wanted = sign.hasSuffix("~") ? value.split(separator: "|").map(String.init) : [value]
        return wanted.filter { word in !values.contains { Self.matches($0, word) } }.map { word in
            "\(name) of \(metric.name) is never \"\(word)\"\(hint(word, values))"
        }
    }

    /// `*` stands for any run of characters at the end.
    private static func matches(_ value: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? value.hasPrefix(pattern.dropLast()) : value == pattern
    }

    /// Dimensions that are grouped by exist, and the label names no other.
    private func grouping(_ query: Query, label: DashboardText) -> [String] {
        var messages: [String] = []
        let known = query.root.selectors.compactMap { MetricCatalog.named($0.metric) }
            .flatMap { MetricCatalog.common + $0.dimensions }.map(\.name)
        let groups = query.root.descendants.flatMap { node -> [String] in
            if case .call(.groupBy(let names), _) = node.kind { names } else { [] }
        }
        if groups.isEmpty { messages.append("it groups by nothing: each vantage or host would be a line of its own") }
        messages += groups.filter { !known.contains($0) && !known.isEmpty }.map {
            "there is no dimension \"\($0)\" to group by\(hint($0, known))"
        }
        for name in Set(label.english.placeholders + label.swedish.placeholders).subtracting(groups).sorted() {
            messages.append("its label speaks of {{\(name)}}, by which it does not group")
        }
        return messages
    }

    // What Prometheus is asked.

    private func promql(_ query: DashboardQuery, _ panel: DashboardPanel) -> [DashboardProblem] {
        let reading = PromQLReading(query.promql)
        var messages = reading.problems
        let metrics = reading.selectors.compactMap { MetricCatalog.named($0.metric) }
        for selector in reading.selectors {
            guard let metric = MetricCatalog.named(selector.metric) else {
                messages.append("no textfile has \"\(selector.metric)\"\(hint(selector.metric, Self.metricNames))")
                continue
            }
            messages += selector.matchers.flatMap { filter(metric, $0.label, $0.sign, $0.value) }
            if selector.matchers.first(where: { $0.label == "job" })?.value != "${job}" {
                messages.append("it does not select {job=\"${job}\"}")
            }
            if let range = selector.range, range < Int64(metric.periodSeconds) * 1_000 {
                messages.append(
                    "\(metric.name) changes every \(metric.periodSeconds / 60) min, less often than that range")
            }
        }
        let known = metrics.flatMap { MetricCatalog.common + $0.dimensions }.map(\.name)
        messages += reading.groups.filter { !known.isEmpty && !known.contains($0) }.map {
            "there is no label \"\($0)\""
        }
        let others = query.label.english.placeholders.filter { !reading.groups.contains($0) }
        messages += others.map { "its label speaks of {{\($0)}}, which is none of its result's labels" }
        // Both ask the same: the same metrics, whatever is done with them.
        if let parsed = try? query.query(),
            Set(parsed.root.selectors.map(\.metric)) != Set(reading.selectors.map(\.metric))
        {
            messages.append("it reads other metrics than the MQL beside it")
        }
        return messages.map {
            DashboardProblem(path: set.path, mark: query.promqlMark, panel: panel.name, message: "promql: \($0)")
        }
    }
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
