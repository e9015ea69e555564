// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

/// Figures as a tired person reads them.
enum Words {
    /// `40 s`, `12 min`, `3 h 5 min`, `2 days 4 h`; below a second `0 s`.
    static func age(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded(.down).clamped(to: 0...1e12))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min"
        case ..<86_400: return pair(whole / 3_600, "h", whole % 3_600 / 60, "min")
        default: return pair(whole / 86_400, whole < 172_800 ? "day" : "days", whole % 86_400 / 3_600, "h")
        }
    }

    /// `2026-11-23 12:01:03 UTC`.
    static func time(_ date: Date) -> String { Timestamp.text(date).prefix(19).replacing("T", with: " ") + " UTC" }

    /// `0.31 s`.
    static func seconds(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100) s" }

    /// `3 failed`; nil for none.
    static func count(_ number: Int, _ word: String) -> String? { number == 0 ? nil : "\(number) \(word)" }

    private static func pair(_ first: Int, _ unit: String, _ second: Int, _ smaller: String) -> String {
        second == 0 ? "\(first) \(unit)" : "\(first) \(unit) \(second) \(smaller)"
    }

    /// A name in a column of its own, then text of at most 80 columns in all.
    static func row(_ name: String, _ text: String, column: Int = 13) -> [String] {
        // A line feed of a message must not look like a row of its own.
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        let lines = wrapped(String(line), width: 80 - column, indent: 0)
        let blanks = String(repeating: " ", count: column)
        return lines.enumerated().map { index, line in
            (index == 0 ? name + String(repeating: " ", count: max(1, column - name.count)) : blanks) + line
        }
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
