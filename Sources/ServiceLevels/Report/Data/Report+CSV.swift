// SPDX-License-Identifier: MIT

import FoundationEssentials

extension Report {
    /// The report for spreadsheets: RFC 4180 with CRLF, UTF-8, the columns `section,name,measure,unit,value,from,to`.
    ///
    /// One value a row, in its `unit`; `from` and `to` say the time it is about, in UTC. What is not known has no row.
    /// Sections: `report` `objective` `burn_rate` `trend` `slot` `incident` `timeline` `cause` `run` `event` `telemetry`
    /// `storage` `change` `maintenance` `note` `action` `alarm` `reading`. Text that begins with `=`, `+`, `-` or `@` has an
    /// apostrophe in front, as it is free text and must not become a formula.
    package var csv: String {
        var table = CSVTable()
        addHead(to: &table)
        for objective in objectives { add(objective, to: &table) }
        addSlots(to: &table)
        for (index, incident) in incidents.enumerated() { add(incident, number: index + 1, to: &table) }
        addCounts(to: &table)
        addRecords(to: &table)
        addReading(to: &table)
        return table.text
    }

    private var from: Date { period.span.startDate }
    private var to: Date { period.span.endDate }

    private func addHead(to table: inout CSVTable) {
        let rows: [(String, CSVTable.Value)] = [
            ("schema", .int(Self.schema)), ("job", .text(job)), ("environment", .text(environment)),
            ("label", .text(period.label)), ("as_of", .instant(asOf)), ("verdict", .text(verdict.word.rawValue)),
            ("because", .text(verdict.because.joined(separator: " "))),
        ]
        for (measure, value) in rows { table.add("report", "", measure, value, from: from, to: to) }
    }

    private func add(_ objective: ObjectiveReport, to table: inout CSVTable) {
        let (slo, budget) = (objective.slo, objective.budget)
        table.add("objective", slo.name, "target", "ratio", .double(slo.target))
        table.add("objective", slo.name, "verdict", objective.verdict.map { .text($0.rawValue) })
        add(objective.period, "objective", slo, "period_", to: &table, from: from, to: asOf)
        add(objective.window, "objective", slo, "window_", to: &table, from: nil, to: asOf)
        table.add("objective", slo.name, "budget_allowed", slo.unit.rawValue, .double(budget.allowed), to: asOf)
        table.add("objective", slo.name, "budget_spent", slo.unit.rawValue, .int(budget.spent), to: asOf)
        table.add(
            "objective", slo.name, "budget_left", slo.unit.rawValue, .double(budget.allowed - Double(budget.spent)),
            to: asOf)
        table.add(
            "objective", slo.name, "budget_remaining", "ratio", budget.remainingRatio.map { .double($0) }, to: asOf)
        table.add("objective", slo.name, "projection", .text(objective.projection.word), from: asOf)
        table.add(
            "objective", slo.name, "projection_used_up_in", "seconds",
            objective.projection.seconds.map { .double($0) }, from: asOf)
        for burn in objective.burnRates {
            table.add(
                "burn_rate", slo.name, "rate", "ratio", burn.rate.map { .double($0) },
                from: asOf.addingTimeInterval(Double(-burn.windowMinutes) * 60), to: asOf)
        }
        for week in objective.trend {
            add(
                week.figures, "trend", slo, week.week.text + "_", to: &table, from: week.week.span.startDate,
                to: min(week.week.span.endDate, asOf))
        }
    }

    private func add(
        _ figures: Figures, _ section: String, _ slo: SLO, _ prefix: String, to table: inout CSVTable, from: Date?,
        to: Date
    ) {
        for (kind, attainment) in [("counted_", figures.counted), ("whole_", figures.whole)] {
            let counts = [("good", attainment.good), ("bad", attainment.bad), ("unknown", attainment.unknown)]
            for (measure, count) in counts {
                table.add(
                    section, slo.name, prefix + kind + measure, slo.unit.rawValue, .int(count), from: from, to: to)
            }
            let ratios = [("ratio", attainment.ratio), ("worst_ratio", attainment.worstRatio)]
            for (measure, ratio) in ratios {
                table.add(
                    section, slo.name, prefix + kind + measure, "ratio", ratio.map { .double($0) }, from: from, to: to)
            }
        }
        table.add(
            section, slo.name, prefix + "excluded", slo.unit.rawValue, .int(figures.excluded), from: from, to: to)
    }

    private func addSlots(to table: inout CSVTable) {
        for day in days {
            for slot in day.slots {
                let (name, end) = (day.text + " " + slot.localText, slot.start.addingTimeInterval(1_800))
                table.add("slot", name, "state", .text(slot.state.rawValue), from: slot.start, to: end)
                table.add("slot", name, "runs", "runs", .int(slot.runs), from: slot.start, to: end)
                table.add("slot", name, "maintenance", .bool(slot.isMaintenance), from: slot.start, to: end)
            }
        }
    }
}
