// SPDX-License-Identifier: MIT

import MQL
import YAML

/// A text in both languages people read dashboards in.
struct DashboardText: Sendable, Hashable {
    let english: String
    let swedish: String
}

/// The name of something kept elsewhere, and where it is named.
struct DashboardName: Sendable, Hashable {
    let text: String
    let mark: YAMLMark
}

/// What one kind of reader looks at.
struct Dashboard: Sendable, Hashable {
    /// `on-call`: stable, part of the addresses of what is generated.
    let name: String
    let title: DashboardText
    /// Who reads it, and when.
    let reader: DashboardText
    /// What it shows when it is opened, in milliseconds.
    let span: Int64
    let rows: [DashboardRow]

    var panels: [DashboardPanel] { rows.flatMap(\.panels) }
}

/// Panels that belong together.
struct DashboardRow: Sendable, Hashable {
    let title: DashboardText
    let panels: [DashboardPanel]
}

/// One chart and the question it answers.
struct DashboardPanel: Sendable, Hashable {
    /// Unique among all dashboards.
    let name: String
    let title: DashboardText
    /// What it tells, in a sentence or two.
    let tells: DashboardText
    /// Alarms that watch the same.
    let alarms: [DashboardName]
    /// The objective it belongs to.
    let slo: DashboardName?
    /// What to do when it looks bad.
    let runbook: DashboardName?
    let unit: DashboardUnit
    let form: DashboardForm
    let limit: DashboardLimit?
    let queries: [DashboardQuery]
    let mark: YAMLMark
}

/// One query of a panel, in both languages that are asked.
struct DashboardQuery: Sendable, Hashable {
    /// The name of its line; `{{vantage}}` stands for a dimension's value.
    let label: DashboardText
    /// With `${job}` for the job.
    let mql: String
    /// The same question to Prometheus, which scrapes the textfile: written by hand, as no rule turns one into the other
    /// (a textfile's gauge is scraped many times between two runs, so sums over time would count a run often).
    let promql: String
    let mqlMark: YAMLMark
    let promqlMark: YAMLMark
}

/// How a panel is drawn.
enum DashboardForm: String, Sendable, Hashable, CaseIterable { case lines, bars, stacked }

/// What a panel's numbers are.
enum DashboardUnit: String, Sendable, Hashable, CaseIterable {
    case seconds, bytes, days
    /// 0…1, shown as a percentage.
    case ratio
    /// Times the rate that spends a budget exactly.
    case rate
    /// Whole numbers of something.
    case count
    /// 0 or 1.
    case truth

    /// Whether a metric with this UCUM unit can be shown so.
    func fits(_ unit: String) -> Bool {
        switch self {
        case .seconds: unit == "s"
        case .bytes: unit == "By"
        case .days: unit == "d"
        case .ratio, .rate, .truth: unit == "1"
        case .count: unit.hasPrefix("{") || unit == "1"
        }
    }
}

/// Where a value begins to be bad.
struct DashboardLimit: Sendable, Hashable {
    enum Side: String, Sendable, Hashable, CaseIterable { case above, below }

    let side: Side
    let value: Double
}

/// All dashboards, as `panels.yaml` declares them.
struct DashboardSet: Sendable, Hashable {
    /// Of the file.
    let path: String
    let source: [UInt8]
    let dashboards: [Dashboard]

    var panels: [DashboardPanel] { dashboards.flatMap(\.panels) }
}

extension DashboardQuery {
    /// What the query asks; throws where it is no query.
    func query() throws(QueryError) -> Query { try Query(parsing: mql, as: .metric) }
}

/// A fault in the declaration, and where it is.
struct DashboardProblem: Sendable, Hashable, CustomStringConvertible {
    let path: String
    /// nil: the whole file.
    let mark: YAMLMark?
    /// `panel freshness-age`; nil where it is of none.
    let panel: String?
    let message: String

    /// `dashboards/panels.yaml:12:5: panel freshness-age: …`
    var description: String {
        path + (mark.map { ":\($0)" } ?? "") + ": " + (panel.map { "panel \($0): " } ?? "") + message
    }
}

/// Why there are no dashboards to work with.
struct DashboardError: Error, CustomStringConvertible {
    let problems: [DashboardProblem]

    var description: String { problems.map(\.description).joined(separator: "\n") }
}
