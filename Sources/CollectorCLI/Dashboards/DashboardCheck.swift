// SPDX-License-Identifier: MIT

import Collector
import YAML

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
                belongings(panel) + panel.queries.flatMap { queries($0, panel, dashboard) }
            }
        }
    }

    private func problem(_ message: String, _ panel: DashboardPanel, at mark: YAMLMark) -> DashboardProblem {
        DashboardProblem(path: set.path, mark: mark, panel: panel.name, message: message)
    }

    private func belongings(_ panel: DashboardPanel) -> [DashboardProblem] {
        var found: [DashboardProblem] = []
        func look(for name: DashboardName, among known: Set<String>?, _ missing: String) {
            guard let known, !known.contains(name.text) else { return }
            let message = "\(missing) \"\(name.text)\"\(dashboardHint(name.text, known.sorted()))"
            found.append(problem(message, panel, at: name.mark))
        }
        for alarm in panel.alarms { look(for: alarm, among: alarms, "there is no alarm") }
        if let book = panel.runbook {
            look(for: book, among: runbooks, "there is no runbook")
        } else {
            let message = "it names no runbook: who sees it look bad would not know what to do"
            found.append(problem(message, panel, at: panel.mark))
        }
        if let slo = panel.slo { look(for: slo, among: Self.objectives, "no metric tells of an objective") }
        return found
    }

    /// Objectives whose gauges are posted.
    static let objectives = Set(MetricCatalog.objectives)

    private func queries(_ query: DashboardQuery, _ panel: DashboardPanel, _ dashboard: Dashboard) -> [DashboardProblem]
    {
        let rules = DashboardQueryRules(unit: panel.unit, span: dashboard.span)
        let names = query.label.english.placeholders + query.label.swedish.placeholders
        return rules.mql(query.mql, names: names).map { problem($0, panel, at: query.mqlMark) }
            + rules.promql(query.promql, names: query.label.english.placeholders, mql: query.mql).map {
                problem($0, panel, at: query.promqlMark)
            }
    }
}
