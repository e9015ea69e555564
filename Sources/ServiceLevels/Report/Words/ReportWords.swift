// SPDX-License-Identifier: MIT

/// The words, numbers and dates of a report in one language.
///
/// Figures and their units are held together by no-break spaces (U+00A0); `plain` makes ordinary ones of them.
package struct ReportWords: Sendable {
    package let language: ReportLanguage
    package let texts: ReportTexts

    package init(_ language: ReportLanguage) {
        self.language = language
        texts = language == .english ? .english : .swedish
    }

    static let space = "\u{A0}"
    static let minus = "\u{2212}"

    /// With ordinary spaces, for what is read in a terminal or searched.
    package static func plain(_ text: String) -> String {
        String(text.map { $0 == "\u{A0}" ? " " : $0 })
    }
}

extension String {
    /// With each `{name}` replaced by its value; what a value holds is not looked at again.
    package func filled(_ values: KeyValuePairs<String, String>) -> String {
        var (result, rest) = ("", self[...])
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = rest[rest.index(after: open)..<close]
            result += rest[..<open] + (values.first { $0.key == name }?.value ?? "")
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// Free text made safe to show: line breaks and tabs become spaces, other control characters (terminal escapes)
    /// U+FFFD, and marks that turn or hide text go.
    package var harmless: String {
        var scalars = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where "\n\r\t".unicodeScalars.contains(scalar), .lineSeparator, .paragraphSeparator:
                scalars.append(" ")
            case .control, .privateUse: scalars.append("\u{FFFD}")
            // Joins emoji, and letters of some scripts.
            case .format where scalar == "\u{200D}": scalars.append(scalar)
            case .format: break
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}

extension ReportWords {
    /// `1 run`, `1,344 runs`.
    package func counted(_ count: Int, _ noun: ReportTexts.Noun) -> String {
        number(count) + Self.space + (count == 1 ? noun.one : noun.many)
    }

    package func counted(_ count: Int, _ unit: SLO.Unit) -> String { counted(count, noun(unit)) }

    package func noun(_ unit: SLO.Unit) -> ReportTexts.Noun {
        switch unit {
        case .minutes: texts.nouns.minutes
        case .runs: texts.nouns.runs
        case .calls: texts.nouns.calls
        case .points: texts.nouns.points
        case .lines: texts.nouns.lines
        case .puts: texts.nouns.writes
        case .incidents: texts.nouns.incidents
        }
    }

    /// What people call an objective.
    ///
    /// English is its own display name; Swedish goes by what it measures, with its name behind where two measure the same.
    package func name(of slo: SLO, among all: [SLO] = []) -> String {
        let own = indicator(slo.indicator)
        guard !own.isEmpty else { return (slo.displayName.isEmpty ? slo.name : slo.displayName).harmless }
        let isShared = all.contains { $0.name != slo.name && indicator($0.indicator) == own }
        return isShared ? "\(own) (\(slo.name.harmless))" : own
    }

    private func indicator(_ indicator: SLO.Indicator) -> String {
        switch indicator {
        case .freshMinutes: texts.indicators.freshMinutes
        case .runSuccess: texts.indicators.runSuccess
        case .latency: texts.indicators.latency
        case .apiAvailability: texts.indicators.apiAvailability
        case .telemetryDelivery: texts.indicators.telemetryDelivery
        case .uniqueLines: texts.indicators.uniqueLines
        case .storagePuts: texts.indicators.storagePuts
        case .detection: texts.indicators.detection
        case .resolution: texts.indicators.resolution
        }
    }
}
