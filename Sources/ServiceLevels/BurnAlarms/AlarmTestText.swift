// SPDX-License-Identifier: MIT

/// A file of tests as `alarms test` reads it, in the form of those written by hand.
struct AlarmTestText {
    /// Points of one stream at equal distances.
    struct Series {
        let metric: String
        let dimensions: [(name: String, value: String)]
        /// Minutes.
        let step: Int
        /// In millionths; nil: no point.
        let values: [Int?]

        /// Values by minute.
        var points: [Int: Int] {
            var points: [Int: Int] = [:]
            for (index, value) in values.enumerated() { points[index * step] = value }
            return points
        }
    }

    /// What is expected of one stream of the alarm.
    struct Stream {
        /// Dimensions that are left after grouping.
        let dimensions: [(name: String, value: String)]
        let forecast: AlarmForecast
    }

    struct Case {
        let name: String
        var comment = ""
        var series: [Series]
        let until: Int
        /// One for each stream that can fire.
        let streams: [Stream]
        /// Of its first message, where it has one.
        let title: String
        var showsRules = false
    }

    let alarm: String
    /// Above everything, without the marks of a comment.
    let comment: String
    let step: Int
    let cases: [Case]

    var text: String {
        let head = [
            "# SPDX-License-Identifier: MIT",
            "# Made by `polisen-collector slo generate`; change the objective, not this.",
        ]
        let defaults = "defaults: {namespace: polisen_collector, start: \"2026-01-05T00:00:00Z\", step: \(step)m}"
        let lines =
            head + Self.comment(comment, indent: "") + ["version: 1", "alarms: [\(alarm).json]", defaults, "tests:"]
            + cases.flatMap(lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ test: Case) -> [String] {
        var lines = ["  - name: \(test.name)"] + Self.comment(test.comment, indent: "    ") + ["    series:"]
        for series in test.series {
            lines.append("      - {metric: \(series.metric), dimensions: \(Self.map(series.dimensions)),")
            let values = "step: \(series.step)m, values: \"\(Self.notation(series.values))\"}"
            lines += Self.wrapped(values, indent: "          ")
        }
        lines += ["    alarms:", "      - alarm: \(alarm)", "        until: \(Self.time(test.until))"]
        lines.append("        states: \(Self.list(Self.states(test.streams)))")
        if test.showsRules {
            lines.append("        streams:")
            for stream in test.streams {
                let states = stream.forecast.changes.map { change in
                    change.rule.map { "[\(Self.time(change.minute)), FIRING, \($0)]" }
                        ?? "[\(Self.time(change.minute)), OK]"
                }
                lines.append("          - dimensions: \(Self.map(stream.dimensions))")
                lines.append("            states: \(Self.list(states))")
            }
        }
        return lines + messages(test)
    }

    /// The alarm fires while any of its streams does.
    private static func states(_ streams: [Stream]) -> [String] {
        let minutes = Set(streams.flatMap { $0.forecast.changes.map(\.minute) }).sorted()
        var states: [String] = []
        var before: Bool?
        for minute in minutes {
            let isFiring = streams.contains { stream in
                stream.forecast.changes.last { $0.minute <= minute }?.rule != nil
            }
            if isFiring != before { states.append("[\(time(minute)), \(isFiring ? "FIRING" : "OK")]") }
            before = isFiring
        }
        return states
    }

    private func messages(_ test: Case) -> [String] {
        let all = test.streams.flatMap { stream in stream.forecast.messages.map { (stream.dimensions, $0) } }
            .sorted { $0.1.minute < $1.1.minute }
        guard !all.isEmpty else { return ["        messages: []"] }
        var isTitled = false
        var lines = ["        messages:"]
        for (dimensions, message) in all {
            let at = "at: \(Self.time(message.minute)), delivered: \(Self.time(message.minute + 3))"
            var text = "- {\(at), type: \(message.kind.rawValue)"
            if let severity = message.severity { text += ", severity: \(severity)" }
            guard message.kind == .fired else {
                lines.append("          \(text)}")
                continue
            }
            text += ", firing: 1,"
            let title = isTitled ? "" : ", title: \"\(message.severity ?? "") polisen: \(test.title)\""
            isTitled = true
            lines += ["          \(text)", "              dimensions: [\(Self.map(dimensions))]\(title)}"]
        }
        return lines
    }

    // MARK: Notation

    /// `{job: polisen, slo: freshness}`
    private static func map(_ dimensions: [(name: String, value: String)]) -> String {
        "{" + dimensions.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
    }

    private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

    /// `0m`, `1h4m`, `26h`
    static func time(_ minutes: Int) -> String {
        let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
        if hours == 0 { return "\(rest)m" }
        return rest == 0 ? "\(hours)h" : "\(hours)h\(rest)m"
    }

    /// `0x59 1x4 _x3`: a value and how often it follows itself; gaps are counted whole.
    static func notation(_ values: [Int?]) -> String {
        var words: [String] = []
        var index = 0
        while index < values.count {
            let value = values[index]
            let count = values[index...].prefix { $0 == value }.count
            let text = value.map { Decimal.text($0, places: 6) }
            words.append(text.map { count == 1 ? $0 : "\($0)x\(count - 1)" } ?? (count == 1 ? "_" : "_x\(count)"))
            index += count
        }
        return words.joined(separator: " ")
    }

    private static func comment(_ text: String, indent: String) -> [String] {
        text.isEmpty ? [] : wrapped(text, indent: indent + "# ")
    }

    /// Lines of at most 116 characters, broken at blanks.
    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent.count + line.count + 1 + word.count > 116 {
                lines.append(indent + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + [indent + line]
    }
}
