// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

/// Times as people type them.
@Suite struct WrittenTimeTests {
    @Test(arguments: [
        ("2026-11-23 09:00", "2026-11-23T08:00:00Z"), ("2026-07-01 09:00", "2026-07-01T07:00:00Z"),
        ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z"), ("2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z"),
        ("2026-03-29 01:59", "2026-03-29T00:59:00Z"), ("2026-03-29 03:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25 01:59", "2026-10-24T23:59:00Z"), ("2026-10-25 03:00", "2026-10-25T02:00:00Z"),
        ("2026-12-31 00:30", "2026-12-30T23:30:00Z"),
    ])
    func `a time on the wall is one in Sweden`(text: String, utc: String) throws {
        #expect(try WrittenTime(text).date == Timestamp.date(utc))
    }

    @Test(arguments: [
        ("2026-03-29 02:00", "is skipped"), ("2026-03-29 02:59", "is skipped"), ("2026-10-25 02:00", "comes twice"),
        ("2026-10-25 02:30", "write 2026-10-25T02:30:00+02:00 for the first"), ("", "needs a time"),
        ("2026-11-23", "needs a time"), ("tomorrow", "needs a time"), ("2026-02-29 09:00", "needs a time"),
        ("2026-11-23 9:00", "needs a time"), ("2026-11-23 24:00", "needs a time"),
        ("2026-11-23  09:00", "needs a time"),
        ("2026-11-23 09:00:00", "needs a time"), ("2026-11-23 09:00Z", "needs a time"),
    ])
    func `a time that is none, or two, is refused and says how to write it`(text: String, says: String) {
        do throws(WrittenTime.Problem) {
            let read = try WrittenTime(text).date
            Issue.record("\(read)")
        } catch {
            #expect(error.message.contains(says))
        }
    }

    @Test(arguments: 0..<200) func `what is shown is read as what it was`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let date = Date(timeIntervalSince1970: Double(Int.random(in: 28_000_000..<32_000_000, using: &random) * 60))
        let shown = WrittenTime.text(date)
        #expect(shown.hasSuffix(" UTC)"))
        do throws(WrittenTime.Problem) {
            let read = try WrittenTime(String(shown.prefix(16))).date
            #expect(read == date)
        } catch {
            // One hour a year.
            #expect(error.message.contains("comes twice"))
        }
    }

    @Test func `a day is its last minute in Sweden`() throws {
        #expect(try WrittenTime.parseDay("2026-11-30", "--due") == Timestamp.date("2026-11-30T22:59:00Z"))
        #expect(try WrittenTime.parseDay("2026-11-30 12:00", "--due") == Timestamp.date("2026-11-30T11:00:00Z"))
        #expect(try WrittenTime.parseDay(nil, "--due") == nil)
        #expect(throws: (any Error).self) { try WrittenTime.parseDay("2026-13-30", "--due") }
    }

    @Test(
        arguments: [
            ("new\ndisk", "new disk"), ("  a \t\r\n b\u{2028}c ", "a b c"),
            ("\u{1B}[31mred\u{07}", "\u{FFFD}[31mred\u{FFFD}"),
            ("a\u{202E}b\u{200B}c", "abc"), ("", nil), (" \n\t", nil), (String(repeating: "å", count: 501), nil),
            ("👩‍🚒 Ö", "👩‍🚒 Ö"),
        ] as [(String, String?)])
    func `what people say is one harmless paragraph`(text: String, kept: String?) {
        #expect(Sentence.read(text) == kept)
        #expect(Sentence.read(String(repeating: "å", count: Sentence.limit)) != nil)
    }
}
