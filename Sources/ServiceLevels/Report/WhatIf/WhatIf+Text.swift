// SPDX-License-Identifier: MIT

extension WhatIf {
    /// A table of both targets; for runs another of how many failures make the alarms fire. At most 80 columns.
    package func text(_ language: ReportLanguage = .english) -> String {
        let words = ReportWords(language)
        let texts = words.texts.whatIf
        var page = TextPage()
        page.add(
            texts.title.filled([
                "name": words.name(of: slo), "new": words.target(millionths: targetMillionths),
                "old": words.target(millionths: slo.targetMillionths),
            ]))
        page.blank()
        page.table(budgetTable(words))
        page.blank()
        page.add(
            texts.evidence.filled([
                "window": words.window(slo.window), "good": words.number(attainment.good),
                "bad": words.number(attainment.bad), "unknown": words.number(attainment.unknown),
            ]))
        let firings = firings
        guard !firings.isEmpty else { return page.text }
        page.heading(texts.fires)
        var table = TextTable([
            (texts.alarm, .right), (words.texts.columns.window, .left), (texts.now, .left), (texts.then, .left),
        ])
        for firing in firings {
            let window = texts.window.filled([
                "window": words.window(minutes: firing.condition.windowMinutes),
                "events": words.counted(firing.runsInWindow, words.texts.nouns.runs),
            ])
            table.add([
                words.burnRate(firing.condition.burnRate), window, words.failures(firing.now),
                words.failures(firing.then),
            ])
        }
        page.table(table)
        return page.text
    }

    private func budgetTable(_ words: ReportWords) -> TextTable {
        let texts = words.texts.whatIf
        let (now, then) = (now, then)
        var table = TextTable([("", .left), (texts.now, .right), (texts.then, .right)])
        func add(_ name: String, _ value: (Side) -> String) { table.add([name, value(now), value(then)]) }
        add(texts.target) { words.target(millionths: $0.targetMillionths) }
        add(texts.attained) { words.attained(attainment, of: $0.targetMillionths) }
        add(texts.allowed) {
            attainment.valid == 0 ? "–" : words.amount($0.budget.allowed, words.noun(slo.unit))
        }
        add(texts.spent) { words.counted($0.budget.spent, slo.unit) }
        add(texts.left) { words.budgetLeft($0.budget.remainingRatio) }
        add(texts.verdict) { $0.verdict.map(words.word) ?? texts.reported }
        return table
    }
}

extension ReportWords {
    /// `26.9 runs`: with one decimal below 100.
    func amount(_ value: Double, _ noun: ReportTexts.Noun) -> String {
        number(value, decimals: value < 99.95 ? 1 : 0) + Self.space + noun.many
    }

    func failures(_ failures: FailuresToFire) -> String {
        switch failures {
        case .after(let count): texts.whatIf.firesAfter.filled(["failures": counted(count, texts.nouns.failures)])
        case .oneBlip: texts.whatIf.oneBlip
        case .never(let threshold) where threshold >= 1:
            texts.whatIf.never.filled(["threshold": number(threshold * 100, decimals: 0) + Self.space + "%"])
        case .never: texts.whatIf.neverEmpty
        }
    }
}
