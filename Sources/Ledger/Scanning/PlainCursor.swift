// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON

/// A line, or a part of it, that is not written the way this program writes: the exact reader judges it.
struct NotPlain: Error {}

/// Where the fast reader stands in a line.
///
/// It takes a part of what JSON allows: no white space between tokens, few brackets, integers that surely fit. What it
/// takes, the exact reader takes, too, and reads alike; for everything else it throws.
struct PlainCursor {
    /// The next byte to read.
    private(set) var position: Int

    init(at position: Int) { self.position = position }

    /// The byte at the position, which is not consumed.
    func peek(_ text: Span<UInt8>) throws(NotPlain) -> UInt8 {
        guard position < text.count else { throw NotPlain() }
        return text[position]
    }

    mutating func expect(_ byte: UInt8, _ text: Span<UInt8>) throws(NotPlain) {
        guard position < text.count, text[position] == byte else { throw NotPlain() }
        position += 1
    }

    /// Consumes `byte` if it comes next.
    mutating func consume(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    /// Nothing may follow.
    func end(_ text: Span<UInt8>) throws(NotPlain) {
        guard position == text.count else { throw NotPlain() }
    }

    /// Passes over `word` if it stands here.
    mutating func take(_ word: Span<UInt8>, _ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard text.holds(word, range, at: position) else { return false }
        position += range.count
        return true
    }

    /// A string without escapes, all ASCII: the bytes between its quotes.
    mutating func plainString(_ text: Span<UInt8>) throws(NotPlain) -> Range<Int> {
        try expect(0x22, text)
        let start = position
        position = text.endOfPlainText(from: start)
        try expect(0x22, text)
        return start..<position - 1
    }

    /// Passes over any string; its bytes are checked.
    mutating func skipString(_ text: Span<UInt8>) throws(NotPlain) {
        let quote = position
        try expect(0x22, text)
        position = text.endOfPlainText(from: position)
        if consume(0x22, text) { return }
        var scanner = JSONScanner(at: quote)
        do throws(JSONError) {
            _ = try scanner.string(text)
        } catch {
            throw NotPlain()
        }
        position = scanner.position
    }

    /// Passes over any value; its bytes are checked.
    ///
    /// - Parameter depth: how many brackets may be open at once, less than the exact reader allows.
    mutating func skipValue(_ text: Span<UInt8>, depth: Int = 16) throws(NotPlain) {
        switch try peek(text) {
        case 0x22: try skipString(text)
        case 0x7B: try skipMembers(text, depth: depth)
        case 0x5B: try skipElements(text, depth: depth)
        case 0x74, 0x66: _ = try bool(text)
        case 0x6E: try word("null", text)
        default: try skipNumber(text)
        }
    }

    private mutating func skipMembers(_ text: Span<UInt8>, depth: Int) throws(NotPlain) {
        guard depth > 0 else { throw NotPlain() }
        try expect(0x7B, text)
        if consume(0x7D, text) { return }
        repeat {
            try skipString(text)
            try expect(0x3A, text)
            try skipValue(text, depth: depth - 1)
        } while consume(0x2C, text)
        try expect(0x7D, text)
    }

    private mutating func skipElements(_ text: Span<UInt8>, depth: Int) throws(NotPlain) {
        guard depth > 0 else { throw NotPlain() }
        try expect(0x5B, text)
        if consume(0x5D, text) { return }
        repeat {
            try skipValue(text, depth: depth - 1)
        } while consume(0x2C, text)
        try expect(0x5D, text)
    }

    mutating func bool(_ text: Span<UInt8>) throws(NotPlain) -> Bool {
        let value = try peek(text) == 0x74
        try word(value ? "true" : "false", text)
        return value
    }

    private mutating func word(_ word: StaticString, _ text: Span<UInt8>) throws(NotPlain) {
        for byte in "\(word)".utf8 { try expect(byte, text) }
    }
}

extension PlainCursor {
    /// A count: from 0 to below a trillion. What is more or less is for the exact reader to judge.
    mutating func int(_ text: Span<UInt8>) throws(NotPlain) -> Int {
        let value = try digits(text)
        guard value.count <= 12, !isFraction(text) else { throw NotPlain() }
        return value.value
    }

    /// A number, exactly as `Double(_: String)` reads it.
    mutating func double(_ text: Span<UInt8>) throws(NotPlain) -> Double {
        let start = position
        let isNegative = consume(0x2D, text)
        let whole = try digits(text)
        guard isFraction(text) else {
            guard whole.count <= 15, !isNegative else { return try exactDouble(text, start..<position) }
            return Double(whole.value)
        }
        guard consume(0x2E, text) else { return try exponent(text, from: start) }
        let fraction = try digits(text, mayLeadWithZero: true)
        guard !isFraction(text) else { return try exponent(text, from: start) }
        guard whole.count + fraction.count <= 15, !isNegative else { return try exactDouble(text, start..<position) }
        // Both numbers are exact as Double, so that one division rounds once. Source: Clinger, "How to Read Floating
        // Point Numbers Accurately" (1990).
        let power = Self.powers[fraction.count]
        return (Double(whole.value) * power + Double(fraction.value)) / power
    }

    /// Passes over a number that `Double(_: String)` reads.
    mutating func skipNumber(_ text: Span<UInt8>) throws(NotPlain) {
        let start = position
        _ = consume(0x2D, text)
        _ = try digits(text)
        if consume(0x2E, text) { _ = try digits(text, mayLeadWithZero: true) }
        if isFraction(text) { _ = try exponent(text, from: start) }
    }

    private static let powers: [Double] = (0...15).map { count in (0..<count).reduce(1) { power, _ in power * 10 } }

    /// Whether the number goes on behind its digits.
    private func isFraction(_ text: Span<UInt8>) -> Bool {
        guard position < text.count else { return false }
        return text[position] == 0x2E || text[position] | 0x20 == 0x65
    }

    /// At least one digit. The value is of no use where there are more than 18.
    private mutating func digits(
        _ text: Span<UInt8>, mayLeadWithZero: Bool = false
    ) throws(NotPlain) -> (value: Int, count: Int) {
        let start = position
        var value = 0
        while position < text.count, case let digit = text[position] &- 0x30, digit < 10 {
            value = value &* 10 &+ Int(digit)
            position += 1
        }
        let count = position - start
        guard count > 0, mayLeadWithZero || count == 1 || text[start] != 0x30 else { throw NotPlain() }
        return (value, count)
    }

    /// `e-05`: of one or two digits, so that no number is beyond what a Double holds.
    private mutating func exponent(_ text: Span<UInt8>, from start: Int) throws(NotPlain) -> Double {
        guard consume(0x65, text) || consume(0x45, text) else { throw NotPlain() }
        if !consume(0x2B, text) { _ = consume(0x2D, text) }
        guard try digits(text, mayLeadWithZero: true).count <= 2, !isFraction(text) else { throw NotPlain() }
        return try exactDouble(text, start..<position)
    }

    private func exactDouble(_ text: Span<UInt8>, _ range: Range<Int>) throws(NotPlain) -> Double {
        guard range.count <= 40, let value = Double(text.ascii(range)) else { throw NotPlain() }
        return value
    }
}

extension PlainCursor {
    /// An instant as this program writes it: `"2026-11-23T07:30:00.123Z"`.
    mutating func instant(_ text: Span<UInt8>) throws(NotPlain) -> Date {
        guard position + 26 <= text.count else { throw NotPlain() }
        let marks: [(Int, UInt8)] = [
            (0, 0x22), (5, 0x2D), (8, 0x2D), (11, 0x54), (14, 0x3A), (17, 0x3A), (20, 0x2E), (24, 0x5A), (25, 0x22),
        ]
        for (offset, mark) in marks where text[position + offset] != mark { throw NotPlain() }
        let year = try digits(text, 1, 4)
        let month = try digits(text, 6, 2)
        let day = try digits(text, 9, 2)
        let hour = try digits(text, 12, 2)
        let minute = try digits(text, 15, 2)
        let second = try digits(text, 18, 2)
        let milliseconds = try digits(text, 21, 3)
        guard let date = CalendarDay(year: year, month: month, day: day), hour <= 23, minute <= 59, second <= 59 else {
            throw NotPlain()
        }
        position += 26
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second
        // As `Timestamp.date` computes it.
        return Date(timeIntervalSince1970: Double(seconds) + Double(milliseconds * 1_000_000) / 1e9)
    }

    private func digits(_ text: Span<UInt8>, _ offset: Int, _ count: Int) throws(NotPlain) -> Int {
        var value = 0
        for index in position + offset..<position + offset + count {
            let digit = text[index] &- 0x30
            guard digit < 10 else { throw NotPlain() }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// A run's id with hyphens.
    mutating func runID(_ text: Span<UInt8>) throws(NotPlain) -> RunID {
        let range = try plainString(text)
        guard range.count == 36, let id = RunID(text.extracting(range)) else { throw NotPlain() }
        return id
    }
}

extension Span<UInt8> {
    /// The text of bytes that are known to be ASCII.
    func ascii(_ range: Range<Int>) -> String { String(decoding: bytes(range), as: UTF8.self) }

    /// A copy.
    func bytes(_ range: Range<Int>) -> [UInt8] { range.map { self[$0] } }
}
