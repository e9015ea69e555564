// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL
import Pages

/// All panels as one page.
struct DashboardPage {
    let set: DashboardSet
    /// Only this dashboard; nil: all of them.
    let only: String?
    let data: DashboardData
    /// Of every panel, in milliseconds; nil: each dashboard's own.
    let span: Int64?
    let words: DashboardWords
    let environment: String
    let runbookBase: String?

    private let cards: [[PanelCard]]
    private let dashboards: [Dashboard]

    init(
        set: DashboardSet, only: String?, data: DashboardData, span: Int64?, words: DashboardWords, environment: String,
        runbookBase: String?
    ) throws(QueryError) {
        self.set = set
        self.only = only
        self.data = data
        self.span = span
        self.words = words
        self.environment = environment
        self.runbookBase = runbookBase
        dashboards = set.dashboards.filter { only == nil || $0.name == only }
        var cards: [[PanelCard]] = []
        for dashboard in dashboards {
            let evaluation = PanelEvaluation(data: data, span: span ?? dashboard.span)
            cards.append(
                try dashboard.panels.map { (panel) throws(QueryError) in
                    PanelCard(
                        panel: panel, series: try evaluation.series(panel), words: words, runbookBase: runbookBase)
                })
        }
        self.cards = cards
    }

    private var allCards: [PanelCard] { cards.flatMap(\.self) }

    /// The panels in a state.
    func panels(_ state: PanelCard.State) -> [DashboardPanel] { allCards.filter { $0.state == state }.map(\.panel) }

    var count: Int { allCards.count }

    var html: String {
        let sections = zip(dashboards, cards).map { dashboard, cards in section(dashboard, cards) }
        let title = words.of("Dashboards of \(data.job)", "Instrumentpaneler för \(data.job)")
        return Page(
            title: title, language: words.language.rawValue, body: [masthead(title), banner] + sections + [colophon]
        ).html
    }

    private func masthead(_ title: String) -> Markup {
        let times = DashboardTimes(words: words)
        let longest = span ?? dashboards.map(\.span).max() ?? 0
        return Masthead(
            kicker: "Polisen Collector · \(environment)", title: title,
            facts: [
                .text(words.of("Up to ", "Fram till ") + times.instant(data.end)),
                .text(words.of("looking back ", "ser tillbaka ") + words.span(longest)), .foreign(source),
            ]
        ).markup
    }

    private var source: String {
        switch data.source {
        case .ledger(let path): words.of("from the ledger \(path)", "ur liggaren \(path)")
        case .files(let paths): words.of("from \(words.list(paths))", "ur \(words.list(paths))")
        }
    }

    /// Which limits are broken now, each a link to its panel.
    private var banner: Markup {
        let (bad, recovered) = (panels(.bad), panels(.recovered))
        let limits = allCards.count { [.bad, .recovered, .good].contains($0.state) }
        let unknown = panels(.noData).count + panels(.unknowable).count
        var details: [Markup] = []
        if !bad.isEmpty { details.append(links(bad)) }
        if !recovered.isEmpty {
            details.append(
                .element(
                    "p", [:],
                    text: words.of(
                        "Was beyond its limit, and is not now:", "Har varit utanför gränsen, men är det inte nu:")))
            details.append(links(recovered))
        }
        if unknown > 0 {
            let what = words.count(
                Int64(unknown), ("panel has", "panels have"), ("panel har", "paneler har"))
            details.append(
                .element("p", ["class": "muted"], text: what + words.of(" no data here.", " inga data här.")))
        }
        let headline: String
        if bad.isEmpty {
            headline =
                limits == 0
                ? words.of("No panel with a limit has data", "Ingen panel med gräns har data")
                : words.of("All limits are kept now", "Alla gränser hålls nu")
        } else {
            headline = words.of(
                "\(bad.count) of \(limits) limits are broken now", "\(bad.count) av \(limits) gränser är brutna nu")
        }
        let tone: Tone = !bad.isEmpty ? .bad : limits == 0 ? .unknown : recovered.isEmpty ? .good : .careful
        return Banner(tone: tone, headline: headline, details: details).markup(id: "now")
    }

    private func links(_ panels: [DashboardPanel]) -> Markup {
        .element(
            "ul", [:],
            panels.map { panel in
                .element("li", [:], [.element("a", ["href": "#\(panel.name)"], text: words.text(panel.title))])
            })
    }

    private func section(_ dashboard: Dashboard, _ cards: [PanelCard]) -> Markup {
        var rest = cards[...]
        let rows = dashboard.rows.map { row -> Markup in
            let own = rest.prefix(row.panels.count)
            rest = rest.dropFirst(row.panels.count)
            return .element(
                "div", ["style": "margin-top:1.75rem"],
                [
                    Heading(words.text(row.title), level: 3).markup,
                    .element("div", ["class": "cards", "style": Self.grid], own.map(\.markup)),
                ])
        }
        return Section(words.text(dashboard.title), lead: words.text(dashboard.reader), body: rows)
            .markup(id: "dashboard-\(dashboard.name)")
    }

    /// Two panels beside each other: narrower charts cannot be read.
    private static let grid =
        "margin-top:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr))"

    /// How the page was made.
    private var colophon: Markup {
        let times = DashboardTimes(words: words)
        var lines = [
            words.of(
                "Drawn by polisen-collector dashboards render from \(set.path). Times are UTC and stand at the end of what they label; where the time shown is long, a bar gathers what several windows of the query would.",
                "Ritad av polisen-collector dashboards render efter \(set.path). Tider är UTC och står i slutet av det de märker; där den visade tiden är lång samlar en stapel det som flera av frågans fönster skulle."
            ),
            words.of(
                "Points from \(times.instant(data.extent.lowerBound)) to \(times.instant(data.extent.upperBound)).",
                "Mätpunkter från \(times.instant(data.extent.lowerBound)) till \(times.instant(data.extent.upperBound))."
            ),
        ]
        lines += data.notes
        return .element(
            "footer", ["style": "margin-top:3rem"], lines.map { .element("p", ["class": "note"], [.foreign($0)]) })
    }

    /// For programs.
    var panelsJSON: JSONValue {
        .array(zip(dashboards, cards).flatMap { dashboard, cards in cards.map { $0.json(dashboard: dashboard.name) } })
    }
}
