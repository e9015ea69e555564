// SPDX-License-Identifier: MIT

import Pages
import Testing

@Suite struct MarkupTests {
    @Test func `text and attributes are escaped where they enter`() {
        let markup = Markup.element("p", ["title": "a \"b\" & 'c'"], [.text("<script>&")])
        #expect(markup.text == "<p title=\"a &quot;b&quot; &amp; &#39;c&#39;\">&lt;script&gt;&amp;</p>")
    }
}
