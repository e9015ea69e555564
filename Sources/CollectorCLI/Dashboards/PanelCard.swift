// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import Pages

/// One panel on the page: how it stands, the chart, and where to go from there.
struct PanelCard {
    /// How a panel stands.
    enum State: String, Sendable, CaseIterable {
        /// Within its limit now and all the time.
        case good
        /// Within its limit now, but not all the time.
        case recovered
        /// Beyond its limit now.
        case bad
        /// It has no limit.
        case plain
        /// Nothing of what it counts happened.
        case nothing
        /// There is no point.
        case noData = "no_data"
        /// The ledger does not tell.
        case unknowable
    }

    let panel: DashboardPanel
    let series: PanelSeries
    let words: DashboardWords
    /// Where runbooks can be read, without a slash at the end; nil: by the program only.
    let runbookBase: String?

    var state: State {
        switch series.absence {
        case .unknowable: return .unknowable
        case .noPoint: return .noData
        case .nothing: return .nothing
        case nil: break
        }
        guard let limit = panel.limit, let now = series.now(limit) else { return .plain }
        if limit.isBad(now) { return .bad }
        return series.badLabels(limit) > 0 ? .recovered : .good
    }

    private var scale: DashboardScale {
        let values = series.lines.flatMap(\.values).filter { !$0.isNaN }.map(abs)
        return DashboardScale(panel.unit, upTo: max(values.max() ?? 0, showsLimit ? panel.limit?.value ?? 0 : 0), words)
    }

    /// A limit far away from all values would flatten the chart.
    private var showsLimit: Bool {
        guard let limit = panel.limit, panel.unit != .truth else { return false }
        guard limit.side == .above, let peak = series.peak(limit) else {
            return limit.side == .below && nearFloor(limit)
        }
        return peak * 3 > limit.value
    }

    private func nearFloor(_ limit: DashboardLimit) -> Bool {
        let values = series.lines.flatMap(\.values).filter { !$0.isNaN }
        return (values.max() ?? 0) < limit.value * 20
    }

    var markup: Markup {
        let heading = Heading(words.text(panel.title), level: 4, id: panel.name).markup
        var body = [heading, standing, Markup.element("p", ["class": "note"], text: words.text(panel.tells))]
        body.append(drawing)
        if let place = whereToGo { body.append(place) }
        return .all([Card(body: body).markup])
    }

    /// What is so now, in a word with its colour, and the figures beside it.
    private var standing: Markup {
        var parts: [Markup] = []
        if let verdict { parts.append(Badge(verdict.0, tone: verdict.1).markup) }
        if let figures { parts += [.text(" "), .element("span", ["class": "muted"], text: figures)] }
        return parts.isEmpty ? .none : .element("p", [:], parts)
    }

    /// nil where there is nothing to judge by.
    private var verdict: (String, Tone)? {
        switch state {
        case .good: (words.of("within its limit", "inom gränsen"), .good)
        case .recovered: (words.of("was beyond its limit", "har varit utanför gränsen"), .careful)
        case .bad: (words.of("beyond its limit", "utanför gränsen"), .bad)
        case .plain: nil
        case .nothing: (words.of("none", "inga"), .good)
        case .noData: (words.of("no data", "inga data"), .unknown)
        case .unknowable: (words.of("not in the ledger", "inte i liggaren"), .unknown)
        }
    }

    /// `now 12 min · highest 3 h · limit 60 min`
    var figures: String? {
        guard series.absence == nil else { return nil }
        if panel.unit == .truth { return panel.form == .lines ? truth : shares }
        guard panel.form == .lines else { return total }
        var parts: [String] = []
        if let now = series.now(panel.limit) {
            parts.append(words.of("now ", "nu ") + alone(now) + whose(series.nowLine(panel.limit)))
        }
        if let peak = series.peak(panel.limit) {
            let isLow = panel.limit?.side == .below
            parts.append((isLow ? words.of("lowest ", "lägst ") : words.of("highest ", "högst ")) + alone(peak))
        }
        if let limit = panel.limit { parts.append(words.of("limit ", "gräns ") + alone(limit.value)) }
        return parts.isEmpty ? nil : parts.joined(separator: " · ")
    }

    /// `now yes · no for 3 hours`
    private var truth: String? {
        guard let limit = panel.limit, let now = series.now(limit) else { return nil }
        let bad = series.badLabels(limit)
        let state = limit.isBad(now) ? words.of("now no", "nu nej") : words.of("now yes", "nu ja")
        let past = words.of("no for at most ", "nej i högst ") + words.span(Int64(bad) * series.labels.step)
        return state + " · " + (bad == 0 ? words.of("never no", "aldrig nej") : past)
    }

    /// Which line a figure is of, where there are several.
    private func whose(_ line: PanelSeries.Line?) -> String {
        guard series.lines.count > 1, let line else { return "" }
        return " (\(words.text(line.name)))"
    }

    /// `fresh 82 % · quiet 17 % · missed 1 %` of the time shown.
    private var shares: String? {
        let count = Double(max(1, series.labels.count))
        let parts = series.lines.map { line in
            let sum = line.values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
            return "\(words.text(line.name)) \(DashboardScale(.ratio, upTo: 1, words).text(sum / count))"
        }
        return parts.joined(separator: " · ") + words.of(" of the time", " av tiden")
    }

    /// A value in the unit that suits it best.
    private func alone(_ value: Double) -> String { DashboardScale(panel.unit, upTo: value, words).text(value) }

    /// `succeeded 331 · failed or killed 5`
    private var total: String {
        let parts = series.lines.map { line in
            "\(words.text(line.name)) \(alone(line.values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }))"
        }
        return parts.joined(separator: " · ")
    }

    private var drawing: Markup {
        if let absence = series.absence { return .element("p", ["class": "muted"], text: explanation(absence)) }
        let scale = scale
        let times = DashboardTimes(words: words)
        let instants = (0..<series.labels.count).map { series.labels[$0] }
        var chart = Chart(
            form: panel.form == .lines ? .lines : panel.form == .bars ? .bars : .stackedBars,
            title: words.text(panel.title), summary: figures ?? words.text(panel.tells),
            labels: instants.map(times.label),
            series: series.lines.map { line in
                ChartSeries(
                    name: words.text(line.name), values: line.values.map { $0.isNaN ? nil : rounded($0 / scale.factor) }
                )
            }, threshold: showsLimit ? panel.limit.map { $0.value / scale.factor } : nil,
            lowest: hasFloor ? 0 : nil, highest: panel.unit == .truth ? 1 : nil, format: format(scale))
        let isLong = series.labels.step * Int64(series.labels.count) > 2 * UTCTime.day
        chart.axisLabels = instants.map(isLong ? times.day : times.hour)
        chart.countsWhole = panel.unit == .count || panel.unit == .truth
        chart.showsTitle = false
        chart.thresholdName = words.of("limit", "gräns")
        return chart.markup(id: "chart-\(panel.name)")
    }

    private func format(_ scale: DashboardScale) -> @Sendable (Double) -> String {
        guard panel.unit == .truth else { return { scale.label($0) } }
        if panel.form == .stacked {
            let share = DashboardScale(.ratio, upTo: 1, words)
            return { share.text($0) }
        }
        let (yes, no) = (words.of("yes", "ja"), words.of("no", "nej"))
        return { $0 >= 1 ? yes : $0 <= 0 ? no : scale.label($0) }
    }

    /// Budgets and rates may be negative.
    private var hasFloor: Bool { series.lines.allSatisfy { $0.values.allSatisfy { $0.isNaN || $0 >= 0 } } }

    /// Digits that no eye can see cost bytes.
    private func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }

    private func explanation(_ absence: PanelSeries.Absence) -> String {
        switch absence {
        case .unknowable(let metrics):
            words.of(
                "The ledger does not keep this: \(words.list(metrics)) is told to OCI Monitoring and Prometheus only. "
                    + "Look there, or give recorded points with --metrics.",
                "Liggaren sparar inte detta: \(words.list(metrics)) går bara till OCI Monitoring och Prometheus. "
                    + "Se efter där, eller ge sparade mätpunkter med --metrics.")
        case .noPoint:
            words.of(
                "There is no point of this in the time shown.",
                "Det finns ingen mätpunkt för detta under tiden som visas.")
        case .nothing: words.of("None in the time shown.", "Inga under tiden som visas.")
        }
    }

    private var whereToGo: Markup? {
        var parts: [Markup] = []
        if !panel.alarms.isEmpty {
            let word = panel.alarms.count == 1 ? words.of("Alarm", "Larm") : words.of("Alarms", "Larm")
            parts.append(.text("\(word): \(panel.alarms.map(\.text).joined(separator: ", "))"))
        }
        if let runbook = panel.runbook?.text {
            let name = words.of("Runbook: ", "Runbok: ")
            if let runbookBase {
                parts.append(.text(name) + .element("a", ["href": "\(runbookBase)/\(runbook).md"], text: runbook))
            } else {
                parts.append(.text(name) + .element("code", [:], text: "polisen-collector runbook \(runbook)"))
            }
        }
        guard let first = parts.first else { return nil }
        let rest = parts.dropFirst().map { Markup.text(" · ") + $0 }
        return .element("p", ["class": "note"], [first] + rest)
    }

    /// For programs.
    func json(dashboard: String) -> JSONValue {
        [
            "dashboard": .string(dashboard), "name": .string(panel.name), "state": .string(state.rawValue),
            "now": series.now(panel.limit).map(JSONValue.double) ?? .null,
            "worst": series.peak(panel.limit).map(JSONValue.double) ?? .null,
            "limit": panel.limit.map { ["side": .string($0.side.rawValue), "value": .double($0.value)] } ?? .null,
            "unit": .string(panel.unit.rawValue),
        ]
    }
}
