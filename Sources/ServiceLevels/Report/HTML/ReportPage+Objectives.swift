// SPDX-License-Identifier: MIT

import Pages

extension ReportPage {
    /// A card for each objective, those first that decide the verdict; then the numbers behind them.
    var objectives: Markup {
        guard !report.objectives.isEmpty else {
            return section(texts.headings.objectives, "objectives", [nothing(texts.sections.noEvidence.capital)])
        }
        let all = report.objectives.enumerated().map { (id: "objective-\($0 + 1)", objective: $1) }
        let deciding = all.filter { $0.objective.slo.policy != nil }.map { card($0.objective, id: $0.id) }
        let reported = all.filter { $0.objective.slo.policy == nil }.map { card($0.objective, id: $0.id) }
        return section(
            texts.headings.objectives, "objectives",
            [
                deciding.isEmpty ? .none : CardGrid(deciding).markup,
                reported.isEmpty ? .none : CardGrid(reported, isDense: true).markup, details([counted, burnRates]),
            ])
    }

    /// Tables for whoever wants to see it exactly, each behind its name.
    private func details(_ tables: [(title: String, body: [Markup])]) -> Markup {
        .element(
            "div", ["class": "more"],
            tables.map { Disclosure(summary: [.text($0.title)], body: $0.body).markup })
    }

    private func card(_ objective: ObjectiveReport, id: String) -> Card {
        let slo = objective.slo
        let badge = objective.verdict.map { Badge(words.word($0), tone: $0.tone) }
        return Card(
            name(slo), badge: badge,
            body: [
                StatTile.row([
                    tile(words.column(report.period), objective.period, slo),
                    tile(words.window(slo.window), objective.window, slo),
                ]), budget(objective, id: id), facts(objective).markup, trend(objective).markup(id: "\(id)-trend"),
            ])
    }

    func name(_ slo: SLO) -> String { words.name(of: slo, among: report.objectives.map(\.slo)) }

    /// What was attained; with maintenance below it, where that differs; marked where more is unknown than known.
    private func tile(_ label: String, _ figures: Figures, _ slo: SLO) -> StatTile {
        let counted = words.attained(figures.counted, of: slo.targetMillionths)
        let whole = words.attained(figures.whole, of: slo.targetMillionths)
        // A figure of a few hours is none of a week.
        let isMostlyUnknown = figures.counted.unknown > figures.counted.good + figures.counted.bad
        return StatTile(
            label: label, value: counted,
            detail: figures.excluded == 0 || whole == counted ? nil : "\(whole) \(texts.columns.withMaintenance.small)",
            tone: isMostlyUnknown ? .unknown : .neutral)
    }

    private func budget(_ objective: ObjectiveReport, id: String) -> Markup {
        let left = objective.budget.remainingRatio
        let title = "\(texts.columns.budgetLeft): \(words.budgetLeft(left))"
        let policy = objective.slo.policy
        let marks = policy.map { [$0.carefulBelow, $0.stopBelow] } ?? []
        return .element(
            "div", ["class": "budget"],
            [
                .element(
                    "p", [:],
                    [.text(texts.columns.budgetLeft), .element("strong", [:], text: words.budgetLeft(left))]),
                LevelBar(title: title, level: left, tone: tone(objective), marks: marks).markup(id: "\(id)-budget"),
            ])
    }

    /// Of the bar: as the policy judges, or for objectives without one by whether the budget is used up.
    private func tone(_ objective: ObjectiveReport) -> Tone {
        guard let left = objective.budget.remainingRatio else { return .unknown }
        guard let policy = objective.slo.policy else { return left < 0 ? .bad : .good }
        return left < policy.stopBelow ? .bad : left < policy.carefulBelow ? .careful : .good
    }

    private func facts(_ objective: ObjectiveReport) -> FactList {
        let (columns, period) = (texts.columns, objective.period)
        let target = objective.slo.targetMillionths
        var facts = [
            FactList.Fact(columns.target, .text(words.target(millionths: target))),
            FactList.Fact(columns.projection, .text(words.projection(objective.projection))),
        ]
        if period.whole.unknown > 0 {
            let unknown = words.counted(period.whole.unknown, objective.slo.unit)
            let worst = words.atWorst(period.counted, of: target)
            facts.append(FactList.Fact(columns.unknown, .text("\(unknown) · \(columns.atWorst.small) \(worst)")))
        }
        if period.excluded > 0 {
            let excluded = words.counted(period.excluded, objective.slo.unit)
            facts.append(FactList.Fact(columns.maintenance, .text("\(excluded) (\(texts.slots.maintenance))")))
        }
        return FactList(facts)
    }

    private func trend(_ objective: ObjectiveReport) -> Chart {
        let target = objective.slo.targetMillionths
        let weeks = objective.trend
        let labels = weeks.map { "W\(ReportWords.two($0.week.week))" }
        let told = zip(labels, weeks).map { "\($0) \(words.attained($1.drawn ?? Attainment(), of: target))" }
        let isEmpty = !weeks.contains { $0.drawn != nil }
        let summary = isEmpty ? texts.sections.noEvidence.capital : told.joined(separator: ", ")
        let local = self.words
        var chart = Chart(
            form: .lines, title: "\(name(objective.slo)): \(texts.headings.trend.small)", summary: summary,
            labels: labels,
            series: [ChartSeries(name: name(objective.slo), values: weeks.map { $0.drawn?.ratio })],
            threshold: Double(target) / 1_000_000, highest: 1,
            format: { local.target(millionths: Int(($0 * 1_000_000).rounded())) })
        chart.thresholdName = texts.columns.target
        chart.height = 84
        let hasGap = weeks.contains { $0.drawn == nil }
        chart.caption = texts.headings.trend + (hasGap ? " (\(texts.sections.trendGap))" : "")
        return chart
    }
}

extension ReportPage {
    /// Good, bad, unknown and left out of the period and of the window, for each objective.
    private var counted: (title: String, body: [Markup]) {
        let columns = texts.columns
        let heads =
            [Table.Column(columns.objective), Table.Column(columns.period)]
            + [
                columns.good, columns.bad, columns.unknown, columns.maintenance, columns.attained, columns.atWorst,
                columns.withMaintenance,
            ].map { Table.Column($0, isNumeric: true) }
        let rows = report.objectives.flatMap { objective in
            [
                row(objective, words.column(report.period), objective.period),
                row(objective, words.window(objective.slo.window), objective.window),
            ]
        }
        let table = Table(texts.headings.counted, hidesCaption: true, columns: heads, rows: rows)
        return (texts.headings.counted, [table.markup(id: "counted")])
    }

    private func row(_ objective: ObjectiveReport, _ span: String, _ figures: Figures) -> [Markup] {
        let (counted, target) = (figures.counted, objective.slo.targetMillionths)
        let unit = Markup.element("small", [:], text: words.noun(objective.slo.unit).many)
        return [.foreign(name(objective.slo)) + unit, .text(span)]
            + [
                words.number(counted.good), words.number(counted.bad), words.number(counted.unknown),
                words.number(figures.excluded), words.attained(counted, of: target), words.atWorst(counted, of: target),
                words.attained(figures.whole, of: target),
            ].map(Markup.text)
    }

    private var burnRates: (title: String, body: [Markup]) {
        let windows = report.objectives.first?.burnRates.map(\.windowMinutes) ?? []
        let heads =
            [Table.Column(texts.columns.objective)]
            + windows.map { Table.Column(words.window(minutes: $0), isNumeric: true) }
        let rows = report.objectives.map { objective in
            [Markup.foreign(name(objective.slo))]
                + windows.map { window in
                    .text(words.burnRate(objective.burnRates.first { $0.windowMinutes == window }?.rate))
                }
        }
        let table = Table(texts.headings.burnRates, hidesCaption: true, columns: heads, rows: rows)
        let legend = Markup.element("p", ["class": "note"], text: texts.sections.burnLegend)
        return (texts.headings.burnRates, [table.markup(id: "burn-rates"), legend])
    }
}

extension String {
    /// With a small letter first: headings that stand within a sentence.
    var small: String { prefix(1).lowercased() + dropFirst() }
}
