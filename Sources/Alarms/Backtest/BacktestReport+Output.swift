// SPDX-License-Identifier: MIT

package import JSON

extension BacktestReport {
    /// For people: figures of each alarm, then firings and incidents. At most `limit` firings are listed.
    package func text(limit: Int = 100) -> String {
        let days = Double((until - from + UTCTime.day / 20) / (UTCTime.day / 10)) / 10
        var lines = [
            "\(UTCTime.text(from)) to \(UTCTime.text(until)): \(days) days, \(LintReport.grouped(points)) points"
        ]
        lines += tableLines
        for firing in firings.prefix(limit) { lines.append(Self.line(firing)) }
        if firings.count > limit { lines.append("… and \(firings.count - limit) more firings") }
        if let detections { lines += detections.map(Self.line) }
        if let detections {
            let wrong = firings.count { $0.isTrue == false }
            let inside = detections.filter { !$0.isOutside }
            let outside = detections.count - inside.count
            lines.append(
                "\(firings.count) firings, \(wrong) false (\(falsePages.count) would page); "
                    + "\(inside.count(where: \.isDetected)) of \(inside.count) incidents detected"
                    + (outside == 0 ? "" : ", \(outside) outside of the data"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var tableLines: [String] {
        let width = (summaries.map(\.alarm.count) + [5]).max() ?? 5
        func row(_ name: String, _ cells: [String]) -> String {
            let widths = [8, 7, 7, 10]
            return name + String(repeating: " ", count: width - name.count)
                + zip(cells, widths).map { String(repeating: " ", count: max(1, $1 - $0.count)) + $0 }.joined()
        }
        return [row("alarm", ["firings", "false", "resets", "firing"])]
            + summaries.map {
                row(
                    $0.alarm,
                    [
                        "\($0.firings)", $0.falseFirings.map(String.init) ?? "?", "\($0.resets)",
                        TestTime.text(length: $0.firingTime),
                    ])
            }
    }

    private static func line(_ firing: Firing) -> String {
        let end = firing.until.map { "for \(TestTime.text(length: $0 - firing.from))" } ?? "to the end"
        let mark = firing.isTrue.map { $0 ? "true " : "FALSE" } ?? "     "
        let reset = firing.didReset ? ", ended by reset" : ""
        return
            "\(UTCTime.text(firing.from)) \(mark) \(firing.severity.rawValue) \(firing.alarm) \(firing.rule) \(end)\(reset)"
    }

    private static func line(_ detection: Detection) -> String {
        let incident = "\(UTCTime.text(detection.incident.from)) \(detection.incident.what):"
        let missing = detection.missing.isEmpty ? "" : "; silent: \(detection.missing.joined(separator: ", "))"
        if detection.isOutside { return "\(incident) outside of the data" }
        guard let first = detection.first, let after = detection.afterMilliseconds else {
            return "\(incident) NOT DETECTED\(missing)"
        }
        return "\(incident) detected after \(TestTime.text(length: after)) by \(first)\(missing)"
    }

    /// All of it; times in RFC 3339, lengths in seconds.
    package var json: JSONValue {
        .object([
            JSONMember("from", .string(UTCTime.text(from))), JSONMember("until", .string(UTCTime.text(until))),
            JSONMember("points", .number("\(points)")),
            JSONMember("alarms", .array(summaries.map(Self.json))),
            JSONMember("firings", .array(firings.map(Self.json))),
            JSONMember("incidents", detections.map { .array($0.map(Self.json)) } ?? .null),
        ])
    }

    private static func seconds(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .number("\($0 / 1_000)") } ?? .null
    }

    private static func instant(_ milliseconds: Int64?) -> JSONValue {
        milliseconds.map { .string(UTCTime.text($0)) } ?? .null
    }

    private static func json(_ summary: Summary) -> JSONValue {
        .object([
            JSONMember("alarm", .string(summary.alarm)), JSONMember("firings", .number("\(summary.firings)")),
            JSONMember("false", summary.falseFirings.map { .number("\($0)") } ?? .null),
            JSONMember("resets", .number("\(summary.resets)")),
            JSONMember("firingSeconds", seconds(summary.firingTime)),
        ])
    }

    private static func json(_ firing: Firing) -> JSONValue {
        .object([
            JSONMember("alarm", .string(firing.alarm)), JSONMember("from", instant(firing.from)),
            JSONMember("until", instant(firing.until)), JSONMember("deliveredAt", instant(firing.deliveredAt)),
            JSONMember("rule", .string(firing.rule)), JSONMember("severity", .string(firing.severity.rawValue)),
            JSONMember("endedByReset", .bool(firing.didReset)), JSONMember("repeats", .number("\(firing.repeats)")),
            JSONMember("true", firing.isTrue.map(JSONValue.bool) ?? .null),
        ])
    }

    private static func json(_ detection: Detection) -> JSONValue {
        .object([
            JSONMember("what", .string(detection.incident.what)), JSONMember("from", instant(detection.incident.from)),
            JSONMember("until", instant(detection.incident.until)),
            JSONMember("detected", detection.isOutside ? .null : .bool(detection.isDetected)),
            JSONMember("first", detection.first.map(JSONValue.string) ?? .null),
            JSONMember("afterSeconds", seconds(detection.afterMilliseconds)),
            JSONMember("silent", .array(detection.missing.map(JSONValue.string))),
        ])
    }
}
