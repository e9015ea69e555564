// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import FoundationEssentials

/// The languages of the page.
enum DashboardLanguage: String, ExpressibleByArgument, CaseIterable { case en, sv }

/// What the page says, in one language.
struct DashboardWords: Sendable {
    let language: DashboardLanguage

    func text(_ text: DashboardText) -> String { language == .en ? text.english : text.swedish }

    /// The English or the Swedish words.
    func of(_ english: String, _ swedish: String) -> String { language == .en ? english : swedish }

    /// A number with at most three digits that count, and the language's decimal sign.
    func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        let places = magnitude >= 100 || value == value.rounded() ? 0 : magnitude >= 10 ? 1 : magnitude >= 0.01 ? 2 : 4
        return fixed(value, places: places)
    }

    private func fixed(_ value: Double, places: Int) -> String {
        let factor = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = (abs(value) * factor).rounded()
        guard scaled < 9e15 else { return of("very many", "väldigt många") }
        let whole = Int(scaled) / Int(factor)
        var digits = String(Int(scaled) % Int(factor))
        digits = String(repeating: "0", count: max(0, places - digits.count)) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        let fraction = places == 0 || digits.isEmpty ? "" : of(".", ",") + digits
        return (value < 0 && scaled > 0 ? "−" : "") + grouped(whole) + fraction
    }

    /// `12,345`; in Swedish with a thin gap.
    private func grouped(_ number: Int) -> String {
        let digits = String(number)
        guard digits.count > 4 else { return digits }
        let head = digits.count % 3
        var groups = head == 0 ? [] : [String(digits.prefix(head))]
        var rest = digits.dropFirst(head)
        while !rest.isEmpty {
            groups.append(String(rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return groups.joined(separator: of(",", "\u{202F}"))
    }

    /// `7 days`, `36 hours`, `90 minutes`.
    func span(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        if minutes % 1_440 == 0 { return count(minutes / 1_440, ("day", "days"), ("dygn", "dygn")) }
        if minutes % 60 == 0 { return count(minutes / 60, ("hour", "hours"), ("timme", "timmar")) }
        return count(minutes, ("minute", "minutes"), ("minut", "minuter"))
    }

    func count(_ number: Int64, _ english: (String, String), _ swedish: (String, String)) -> String {
        "\(number) " + (number == 1 ? of(english.0, swedish.0) : of(english.1, swedish.1))
    }

    /// Names, the last behind "and".
    func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + of(" and ", " och ") + last
    }
}

/// One unit for all values of a chart: seconds become minutes where there are many.
struct DashboardScale: Sendable {
    let factor: Double
    private let suffix: String
    private let words: DashboardWords

    init(_ unit: DashboardUnit, upTo highest: Double, _ words: DashboardWords) {
        self.words = words
        let highest = abs(highest)
        (factor, suffix) =
            switch unit {
            case .seconds:
                highest < 180
                    ? (1, "s")
                    : highest < 3 * 3_600
                        ? (60, "min")
                        : highest < 3 * 86_400
                            ? (3_600, words.of("h", "tim")) : (86_400, words.of("d", "dygn"))
            case .bytes:
                highest < 1e3 ? (1, "B") : highest < 1e6 ? (1e3, "kB") : highest < 1e9 ? (1e6, "MB") : (1e9, "GB")
            case .days: (1, words.of("d", "dygn"))
            case .ratio: (0.01, "%")
            case .rate: (1, "×")
            case .count, .truth: (1, "")
            }
    }

    /// `12 min`
    func text(_ value: Double) -> String { label(value / factor) }

    /// Of a value that has been divided by the factor.
    func label(_ value: Double) -> String {
        let number = words.number(value)
        return suffix.isEmpty ? number : suffix == "×" ? number + "×" : "\(number) \(suffix)"
    }
}

/// Instants as the page writes them: in UTC, as the ledger has them.
struct DashboardTimes: Sendable {
    let words: DashboardWords

    private static let english = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let swedish = [
        "jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec",
    ]

    /// `14:00`
    func hour(_ milliseconds: Int64) -> String { String(UTCTime.text(milliseconds).dropFirst(11).prefix(5)) }

    /// `22 Nov`
    func day(_ milliseconds: Int64) -> String {
        let text = UTCTime.text(milliseconds)
        let month = (Int(text.dropFirst(5).prefix(2)) ?? 1) - 1
        let day = Int(text.dropFirst(8).prefix(2)) ?? 1
        let name = (words.language == .en ? Self.english : Self.swedish)[max(0, min(11, month))]
        return "\(day) \(name)"
    }

    /// `22 Nov 14:00`
    func label(_ milliseconds: Int64) -> String { day(milliseconds) + " " + hour(milliseconds) }

    /// `22 Nov 2026 14:00 UTC`
    func instant(_ milliseconds: Int64) -> String {
        let label = label(milliseconds).split(separator: " ")
        return "\(label[0]) \(label[1]) \(UTCTime.text(milliseconds).prefix(4)) \(label[2]) UTC"
    }
}
