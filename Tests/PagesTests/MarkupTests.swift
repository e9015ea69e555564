// SPDX-License-Identifier: MIT

import Pages
import Testing

@Suite struct MarkupTests {
    @Test func `text and attributes are escaped where they enter`() {
        let markup = Markup.element("p", ["title": "a \"b\" & 'c'"], [.text("<script>&")])
        #expect(markup.text == "<p title=\"a &quot;b&quot; &amp; &#39;c&#39;\">&lt;script&gt;&amp;</p>")
    }

    @Test func `an attribute without a value is left out`() {
        #expect(Markup.void("meta", ["name": nil, "content": ""]).text == "<meta content=\"\">")
    }

    @Test(arguments: ["\u{0}", "\u{1B}", "\u{7F}", "\u{85}", "\u{202E}", "\u{2066}", "\u{FFFE}"])
    func `characters that HTML forbids or that turn text around are seen and do nothing`(character: String) {
        #expect(Markup.text("a\(character)b").text == "a\u{FFFD}b")
    }

    @Test func `tabs and line ends stay`() {
        #expect(Markup.text("a\tb\nc").text == "a\tb\nc")
    }

    @Test func `foreign text keeps its direction to itself`() {
        #expect(Markup.foreign("]]> שלום").text == "<bdi>]]&gt; שלום</bdi>")
    }

    @Test func `pieces follow each other`() {
        let pieces = [Markup.text("a"), .none, .element("b", [:], text: "c")]
        #expect(Markup.all(pieces) == .text("a") + .element("b", [:], [.text("c")]))
        #expect(Markup.all([]).isEmpty)
    }
}
