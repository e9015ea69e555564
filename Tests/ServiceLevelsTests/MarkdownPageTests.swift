// SPDX-License-Identifier: MIT

import Testing

@testable import ServiceLevels

@Suite struct MarkdownPageTests {
    @Test(arguments: [
        ("feed_timeout", "feed_timeout"), ("_x_", "\\_x\\_"), ("a | b", "a \\| b"), ("`code`", "\\`code\\`"),
        ("<script>", "\\<script\\>"), ("[x](http://e.invalid)", "\\[x\\](http\\://e.invalid)"),
        ("see https://e.invalid", "see https\\://e.invalid"), ("www.e.invalid", "www\\.e.invalid"),
        ("*bold* ~~gone~~", "\\*bold\\* \\~\\~gone\\~\\~"), ("- item", "\\- item"), ("+ item", "\\+ item"),
        ("1. item", "1\\. item"), ("12) item", "12\\) item"), ("1.5 s", "1.5 s"), ("# head", "\\# head"),
        ("@you &amp; \\", "\\@you \\&amp; \\\\"), ("===", "\\==="), ("åäö 99,5 %", "åäö 99,5 %"), ("", ""),
    ])
    func `free text keeps its characters and loses its meaning`(text: String, escaped: String) {
        #expect(MarkdownPage.escaped(text) == escaped)
    }

    @Test func `a table has a row of headers, a rule and cells that cannot break out`() {
        var page = MarkdownPage()
        page.table([("Name", false), ("Runs", true)], [["a|b", "1"]])
        #expect(page.text == "| Name | Runs |\n| --- | ---: |\n| a\\|b | 1 |\n")
    }

    @Test func `a fixed block cannot be ended from within`() {
        var page = MarkdownPage()
        page.fixed(["```", "x"])
        #expect(page.text == "```text\n'''\nx\n```\n")
    }

    @Test func `an open action is an open box, a done one a ticked one`() {
        var page = MarkdownPage()
        page.tasks([("a", false), ("b", true)])
        page.list([])
        #expect(page.text == "- [ ] a\n- [x] b\n")
    }
}
