// SPDX-License-Identifier: MIT

import Alarms
import Collector
import MQL

/// What a panel shows: its lines at instants that follow each other at one distance.
struct PanelSeries {
    /// Why there is nothing to draw.
    enum Absence: Sendable, Hashable {
        /// Nobody could know from this source.
        case unknowable([String])
        /// It could be known, and there is no point.
        case noPoint
        /// There are points, and all are 0; or there are none of what is posted only when it happens.
        case nothing
    }

    struct Line: Sendable, Hashable {
        let name: DashboardText
        /// One for each label; NaN: none.
        var values: [Double]

        var last: Double? { values.last { !$0.isNaN } }
    }

    let labels: LabelGrid
    let lines: [Line]
    /// nil where there is something to draw.
    let absence: Absence?

    /// The last values of the lines that are nearest to being bad; nil where there is none.
    func now(_ limit: DashboardLimit?) -> Double? { worst(lines.compactMap(\.last), limit) }

    /// The line whose last value that is.
    func nowLine(_ limit: DashboardLimit?) -> Line? {
        let now = now(limit)
        return now == nil ? nil : lines.first { $0.last == now }
    }

    /// The worst value at any time.
    func peak(_ limit: DashboardLimit?) -> Double? {
        worst(lines.flatMap(\.values).filter { !$0.isNaN }, limit)
    }

    private func worst(_ values: [Double], _ limit: DashboardLimit?) -> Double? {
        limit?.side == .below ? values.min() : values.max()
    }

    /// How many labels are bad by a limit.
    func badLabels(_ limit: DashboardLimit) -> Int {
        (0..<labels.count).count { index in lines.contains { limit.isBad($0.values[index]) } }
    }
}

extension DashboardLimit {
    /// No value is not bad.
    func isBad(_ number: Double) -> Bool {
        switch side {
        case .above: number > value
        case .below: number < value
        }
    }
}

/// Computes what panels show.
struct PanelEvaluation {
    let data: DashboardData
    /// Milliseconds.
    let span: Int64

    private static let steps: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1_440].map {
        $0 * 60_000
    }
    /// As many as can be told apart on a card of a page.
    private static let mostPoints: Int64 = 170
    private static let mostBars: Int64 = 86
    /// A window of a run's metrics that is never empty while all is well.
    private static let hour: Int64 = 3_600_000
    private static let mostLines = 6

    func series(_ panel: DashboardPanel) throws(QueryError) -> PanelSeries {
        var lines: [PanelSeries.Line] = []
        let queries = try panel.queries.map { (query) throws(QueryError) in try parsed(query) }
        let labels = Self.labels(panel, queries, span: span, end: data.end)
        for (query, root) in zip(panel.queries, queries) {
            let widened = root.widened(to: labels.step)
            let streams = Evaluator().evaluate(widened, over: data.store, namespace: data.namespace, labels: labels)
            lines += streams.map { PanelSeries.Line(name: query.label.filled($0.dimensions), values: $0.values) }
        }
        let metrics = queries.flatMap(\.selectors).map(\.metric)
        if let absence = absence(panel, lines, metrics) {
            return PanelSeries(labels: labels, lines: [], absence: absence)
        }
        return PanelSeries(labels: labels, lines: shown(lines, panel), absence: nil)
    }

    /// The labels of a dashboard's panels that show gauges of objectives.
    static func instants(_ dashboard: Dashboard, span: Int64, end: Int64) -> [Int64] {
        dashboard.panels.flatMap { panel -> [Int64] in
            // A query that is refused is told of when it is evaluated.
            let roots = panel.queries.compactMap { try? $0.query().root }
            guard roots.flatMap(\.selectors).contains(where: { ObjectivePoints.metrics.contains($0.metric) }) else {
                return []
            }
            let labels = labels(panel, roots, span: span, end: end)
            return (0..<labels.count).map { labels[$0] }
        }
    }

    private func parsed(_ query: DashboardQuery) throws(QueryError) -> Expression {
        try Query(parsing: query.mql.replacing("${job}", with: data.job), as: .metric).root
    }

    /// The last label is the end of the time shown, rounded up to whole steps, so that bars of two pages stand alike.
    private static func labels(
        _ panel: DashboardPanel, _ queries: [Expression], span: Int64, end: Int64
    ) -> LabelGrid {
        let interval = queries.map(LabelGrid.defaultResolution).min() ?? hour
        let isLine = panel.form == .lines
        let least = max(span / (isLine ? mostPoints : mostBars), isLine ? min(interval, hour) : interval)
        let step = steps.first { $0 >= least } ?? (least + UTCTime.day - 1) / UTCTime.day * UTCTime.day
        let end = (end + step - 1) / step * step
        return LabelGrid(start: end - span / step * step + step, step: step, count: Int(span / step))
    }

    private func absence(
        _ panel: DashboardPanel, _ lines: [PanelSeries.Line], _ metrics: [String]
    ) -> PanelSeries.Absence? {
        let isEmpty = lines.isEmpty
        if isEmpty, case .ledger = data.source {
            let unknown = metrics.filter(DashboardData.unknownToLedger.contains)
            if unknown.count == metrics.count { return .unknowable(unknown) }
        }
        if isEmpty {
            let isSparse = metrics.allSatisfy { MetricCatalog.named($0)?.density == .sparse }
            return isSparse ? .nothing : .noPoint
        }
        let isZero = panel.form != .lines && lines.allSatisfy { $0.values.allSatisfy { $0.isNaN || $0 == 0 } }
        return isZero ? .nothing : nil
    }

    /// Without lines that are 0 all the time where there are many; where there are still too many, the smallest are one.
    private func shown(_ lines: [PanelSeries.Line], _ panel: DashboardPanel) -> [PanelSeries.Line] {
        guard panel.form != .lines else { return lines }
        var kept = lines.filter { $0.values.contains { !$0.isNaN && $0 != 0 } }
        func total(_ line: PanelSeries.Line) -> Double { line.values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) } }
        // The largest first: it is drawn plain. Lines of several queries stay in the order they are declared in.
        if panel.queries.count == 1 { kept.sort { (total($1), $0.name.english) < (total($0), $1.name.english) } }
        guard kept.count > Self.mostLines else { return kept }
        let rest = kept[(Self.mostLines - 1)...]
        let sums = (kept.first?.values.indices ?? 0..<0).map { index in
            rest.reduce(0) { $0 + ($1.values[index].isNaN ? 0 : $1.values[index]) }
        }
        let other = DashboardText(english: "\(rest.count) others", swedish: "\(rest.count) andra")
        return kept[..<(Self.mostLines - 1)] + [PanelSeries.Line(name: other, values: sums)]
    }
}

extension DashboardText {
    /// With the values of dimensions in place of `{{…}}`.
    func filled(_ dimensions: [String: String]) -> DashboardText {
        func filled(_ text: String) -> String {
            text.placeholders.reduce(text) { $0.replacing("{{\($1)}}", with: dimensions[$1] ?? "") }
        }
        return DashboardText(english: filled(english), swedish: filled(swedish))
    }
}

extension Expression {
    /// The same with windows of at least `length` milliseconds, so that labels further apart than a window leave nothing
    /// out.
    func widened(to length: Int64) -> Expression {
        let inner: Kind =
            switch kind {
            case .number, .variable: kind
            case .selector(let selector): .selector(selector.widened(to: length))
            case .negated(let input): .negated(input.widened(to: length))
            case .binary(let sign, let left, let right):
                .binary(sign, left.widened(to: length), right.widened(to: length))
            case .membership(let input, let low, let high, let isNegated):
                .membership(input.widened(to: length), low: low, high: high, isNegated: isNegated)
            case .call(let function, let input): .call(function, input: input.widened(to: length))
            }
        return Expression(inner, at: range)
    }
}

extension Selector {
    fileprivate func widened(to length: Int64) -> Selector {
        let minutes = max(interval.minutes, Int(length / 60_000))
        return Selector(
            resourceGroup: resourceGroup, metric: metric,
            interval: minutes == interval.minutes ? interval : Interval(minutes, .minutes), filters: filters,
            hasEmptyBraces: hasEmptyBraces)
    }
}
