// SPDX-License-Identifier: MIT

import FoundationEssentials

/// A moved clock for demos and tests: where it starts and how fast it goes.
struct ClockSetting: Sendable, Hashable {
    let start: Date
    /// Seconds of this clock in a second of the real one; 1 where none is written.
    let rate: Double

    static let expectation = "a UTC instant and, if wanted, a rate: 2026-01-05T00:00:00Z or 2026-01-05T00:00:00Z@60x"

    /// Reads `2026-01-05T00:00:00Z` and `2026-01-05T00:00:00Z@60x` (rate up to 100,000, decimals allowed).
    init(_ text: String) throws(Unacceptable) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let start = Self.instant(parts[0]), let rate = parts.count == 1 ? 1 : Self.rate(parts[1]) else {
            throw Unacceptable("must be \(Self.expectation)")
        }
        self.start = start
        self.rate = rate
    }

    private static func rate(_ text: Substring) -> Double? {
        guard text.last == "x", text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }),
            let rate = Double(text.dropLast()), rate > 0, rate <= 100_000
        else { return nil }
        return rate
    }

    private static func instant(_ text: Substring) -> Date? {
        let shape = Array("0000-00-00T00:00:00Z".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count == shape.count else { return nil }
        let fits = zip(bytes, shape).allSatisfy { $1 == 0x30 ? (0x30...0x39).contains($0) : $0 == $1 }
        guard fits else { return nil }
        let numbers = bytes.split { !(0x30...0x39).contains($0) }.map { $0.reduce(0) { $0 * 10 + Int($1) - 0x30 } }
        return instant(
            year: numbers[0], month: numbers[1], day: numbers[2], time: (numbers[3], numbers[4], numbers[5]))
    }

    private static func instant(year: Int, month: Int, day: Int, time: (Int, Int, Int)) -> Date? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard year >= 1970, lengths.indices.contains(month - 1), (1...lengths[month - 1]).contains(day), time.0 < 24,
            time.1 < 60, time.2 < 60
        else { return nil }
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400 - 477  // 477 of them before 1970
        let days = (year - 1970) * 365 + leapDays + lengths[..<(month - 1)].reduce(0, +) + day - 1
        return Date(timeIntervalSince1970: Double(days * 86_400 + time.0 * 3600 + time.1 * 60 + time.2))
    }
}
