// SPDX-License-Identifier: MIT

import Pages
import TestSupport
import Testing

@Suite struct PageTests {
    private var everything: [Markup] {
        [
            Masthead(kicker: "k", title: "A <page>", facts: [.text("now")]).markup,
            Banner(tone: .bad, headline: "Stop", details: [.element("p", [:], text: "because")]).markup(id: "verdict"),
            Section(
                "Parts", lead: "all of them",
                body: [
                    CardGrid(
                        [
                            Card("Card", badge: Badge("fine", tone: .good), body: [StatTile.row([tile])]),
                            Card(isWide: true, body: [FactList([FactList.Fact("name", .text("value"))]).markup]),
                        ], isDense: true
                    ).markup, table.markup(id: "table"),
                    LevelBar(title: "left: 13 %", level: 0.13, tone: .careful, marks: [0.25]).markup(id: "level"),
                    Disclosure(
                        summary: [.text("more")], isOpen: true,
                        body: [Timeline([Timeline.Entry(time: "03:31", text: .text("began"), tone: .bad)]).markup]
                    ).markup,
                ]
            ).markup(id: "parts"),
        ]
    }

    private var tile: StatTile { StatTile(label: "runs", value: "48", detail: "of 48", tone: .good) }

    private var table: Table {
        Table(
            "Numbers", columns: [Table.Column("what"), Table.Column("how many", isNumeric: true)],
            rows: [[.text("a"), .text("1")], [.text("b"), .text("2")]])
    }

    @Test func `a page with every part is well formed and keeps every rule`() {
        let page = Page(title: "A \"page\" & more", language: "sv", body: everything)
        let reader = PageReader(page.html)
        #expect(reader.complaints == [])
        #expect(reader.root.first("html")?.attributes["lang"] == "sv")
        #expect(reader.root.all("title").first?.text == "A &quot;page&quot; &amp; more")
    }

    @Test func `a page may do nothing but show itself`() {
        let html = Page(title: "t", language: "en", body: []).html
        let metas = PageReader(html).root.all("meta").map(\.attributes)
        #expect(metas.first == ["charset": "utf-8"])
        #expect(
            metas.contains {
                $0["http-equiv"] == "Content-Security-Policy"
                    && $0["content"] == Page.policy.replacing("'", with: "&#39;")
            })
        #expect(metas.contains { $0["name"] == "viewport" })
        #expect(!html.contains("@import") && !html.contains("http:") && !html.contains("https:"))
    }

    @Test func `dark is for screens, and paper opens what is closed`() throws {
        let html = Page(title: "t", language: "en", body: []).html
        #expect(html.contains("@media screen and (prefers-color-scheme:dark)"))
        let print = try #require(html.split(separator: "@media print").last)
        #expect(print.contains("details::details-content") && print.contains("color-scheme:light"))
    }

    @Test(arguments: [
        (1.0, "33.33%", "66.67%"), (0.13, "33.33%", "8.67%"), (-0.2, "20%", "13.33%"), (-3, "0%", "33.33%"),
    ])
    func `a level is drawn from zero, to the left where it is overdrawn`(level: Double, x: String, width: String) throws
    {
        let bar = LevelBar(title: "left", level: level, tone: .bad).markup(id: "l")
        let filling = try #require(
            PageReader(bar.text).root.all("rect").last)
        #expect(filling.attributes["x"] == x && filling.attributes["width"] == width)
        #expect(bar.text.contains("beyond") == (level < -0.5))
    }

    @Test func `a level that nobody knows is an empty bar`() {
        let bar = LevelBar(title: "left", level: nil, tone: .unknown).markup(id: "l")
        #expect(PageReader(bar.text).root.all("rect").count == 1)
    }

    @Test(arguments: Tone.allCases) func `each tone has a shape of its own`(tone: Tone) {
        let others = Tone.allCases.filter { $0 != tone }
        let page = PageReader(Page(title: "t", language: "en", body: []).html).root
        let shape = { (tone: Tone) -> [String?] in
            let id = PageReader(tone.symbol.text).root.all("use").first?.attributes["href"]?.dropFirst()
            let symbol = page.all("symbol").first { $0.attributes["id"] == id.map(String.init) }
            return symbol?.all("path").map { $0.attributes["d"] } ?? []
        }
        #expect(!shape(tone).isEmpty)
        #expect(!others.contains { shape($0) == shape(tone) })
    }

    @Test(arguments: [
        ("<p>a", "not closed"), ("<p><b>a</p></b>", "closes"), ("<p a=b>x</p>", "double quotes"),
        ("<p>a > b</p>", "bare >"),
        ("<svg role=\"img\"></svg>", "svg without title"), ("<table><tr><th>a</th></tr></table>", "without scope"),
        ("<h1>a</h1><h3>b</h3>", "skipped"), ("<p id=\"a\"></p><p id=\"a\"></p>", "id twice"),
        ("<img src=\"x\">", "has src"), ("<a href=\"#x\">x</a>", "has href"), ("<p/>", "not closed by that"),
        ("<script>1</script>", "a script"), ("<rect fill=\"url(#x)\"></rect>", "is nowhere"),
    ]) func `the reader of these tests finds what is wrong`(html: String, complaint: String) {
        #expect(PageReader(html).complaints.contains { $0.contains(complaint) })
    }
}
