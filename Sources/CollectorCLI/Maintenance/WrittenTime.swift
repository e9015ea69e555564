// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import Ledger
import ServiceLevels

/// An instant as people type it: RFC 3339, or what the clock on the wall in Sweden shows, `2026-11-23 09:00`.
struct WrittenTime: Sendable, Hashable {
    let date: Date

    /// What is wrong with the text, and how to write it.
    struct Problem: Error, Sendable, Hashable {
        let message: String
    }

    init(_ text: String) throws(Problem) {
        if let date = Timestamp.date(text) {
            self.date = date
            return
        }
        guard let shown = Self.shown(text) else {
            throw Problem(
                message: "needs a time such as '2026-11-23 09:00' (as clocks in Sweden show it) or "
                    + "2026-11-23T08:00:00Z, not '\(text)'")
        }
        let minutes = [120, 60].map { (offset: $0, minute: shown - $0) }
            .filter { StockholmTime.offsetMinutes(at: $0.minute) == $0.offset }
        guard let found = minutes.first else {
            throw Problem(message: "'\(text)' is skipped where clocks in Sweden go forward: write one hour later")
        }
        guard minutes.count == 1 else {
            let day = text.prefix(10), time = text.suffix(5)
            throw Problem(
                message: "'\(text)' comes twice where clocks in Sweden go back: write \(day)T\(time):00+02:00 for the "
                    + "first, \(day)T\(time):00+01:00 for the second")
        }
        date = Date(timeIntervalSince1970: Double(found.minute) * 60)
    }

    /// The same for a flag.
    static func parse(_ text: String?, _ flag: String) throws -> Date? {
        guard let text else { return nil }
        do throws(Problem) {
            return try WrittenTime(text).date
        } catch {
            throw ValidationError("\(flag) \(error.message)")
        }
    }

    /// The same, or a day (`2026-11-30`), which is its last minute on clocks in Sweden.
    static func parseDay(_ text: String?, _ flag: String) throws -> Date? {
        guard let text else { return nil }
        return try parse(text.utf8.count == 10 ? text + " 23:59" : text, flag)
    }

    /// Minutes since 1970 as if the clock on the wall showed UTC; nil for anything but `2026-11-23 09:00`.
    private static func shown(_ text: String) -> Int? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 5 else { return nil }
        return Timestamp.date("\(parts[0])T\(parts[1]):00Z")?.minute
    }

    /// `2026-11-23 09:00 in Sweden (2026-11-23 08:00 UTC)`: how it was read.
    static func text(_ date: Date) -> String {
        "\(StockholmTime.text(date)) in Sweden (\(Timestamp.text(date).prefix(16).replacing("T", with: " ")) UTC)"
    }
}
