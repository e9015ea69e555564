// SPDX-License-Identifier: MIT

import HTTPTypes
import Testing

@testable import Transport

@Suite struct HeaderSectionTests {
    private func section(_ lines: String...) -> HeaderSection {
        var section = HeaderSection()
        for line in lines { section.append(Array((line + "\r\n").utf8)) }
        return section
    }

    @Test func `a new status line begins a new section`() {
        let section = section("HTTP/1.1 100 Continue", "a: 1", "", "HTTP/2 200", "b: 2", "")
        #expect(section.fields.value("a") == nil)
        #expect(section.fields.value("b") == "2")
        #expect(section.isOver)
    }

    @Test func `a section is over with its empty line only`() {
        #expect(!section("HTTP/1.1 200 OK", "a: 1").isOver)
    }

    @Test func `a header whose name begins like a status line is a header`() {
        #expect(section("HTTP/1.1 200 OK", "a: 1", "HTTP/1.1 is: old").fields.value("a") == "1")
    }

    @Test(arguments: ["no colon", ": no name", "b ad: 1", "å: 1"])
    func `a line that is no header adds none`(line: String) {
        #expect(section("HTTP/1.1 200 OK", "a: 1", line, "").fields.count == 1)
    }

    @Test func `a fold without a header before it adds none`() {
        #expect(section("HTTP/1.1 200 OK", " folded", "").fields.isEmpty)
    }

    @Test(arguments: [("a:", ""), ("a: ", ""), ("a:b:c", "b:c"), ("a:\t x \t", "x")])
    func `blanks around a value are no part of it`(line: String, value: String) {
        #expect(section("HTTP/1.1 200 OK", line, "").fields.value("a") == value)
    }

    @Test func `bytes that are not UTF-8 do not lose the header`() {
        var section = section("HTTP/1.1 200 OK")
        section.append([0x61, 0x3A, 0x20, 0xE5, 0x0D, 0x0A])
        #expect(section.fields.value("a") != nil)
    }
}
