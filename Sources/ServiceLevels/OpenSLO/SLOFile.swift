// SPDX-License-Identifier: MIT

import YAML

/// A service level objective as a file: OpenSLO v1, a subset. `slos/README.md` lists its fields.
package enum SLOFile {
    /// The objective of a file. YAML with several documents is refused, so that there is one element.
    ///
    /// Burn conditions that can never fire, or that one bad event of a few would fire, are refused as well.
    ///
    /// - Parameters:
    ///   - yaml: the bytes of the file.
    ///   - path: for messages.
    /// - Throws: everything that is wrong with it, with line and column.
    package static func read(_ yaml: [UInt8], path: String) throws(SLOError) -> [SLO] {
        var reader = SLOReader(OpenSLOReading(path: path, source: yaml))
        let slo = reader.slo()
        if slo == nil, reader.reading.problems.isEmpty { reader.reading.note("the file is no objective", at: .start) }
        guard let slo, reader.reading.problems.isEmpty else { throw SLOError(reader.reading.problems) }
        return [slo]
    }
}

/// Reads the parts of an objective, one after the other.
struct SLOReader {
    var reading: OpenSLOReading

    init(_ reading: OpenSLOReading) { self.reading = reading }

    /// nil only where there are problems; where there are some, it is of no use.
    mutating func slo() -> SLO? {
        guard let root = reading.root() else { return nil }
        let document = reading.fields(root, of: "the file", .document)
        readKind(document)
        let metadata = reading.fields(document["metadata"], of: "metadata", .metadata)
        let spec = reading.fields(document["spec"], of: "spec", .spec)
        let name = dashedName(metadata["name"], of: "metadata.name")
        _ = reading.texts(metadata["labels"], of: "metadata.labels")
        let display = reading.text(metadata["displayName"], of: "metadata.displayName") ?? name
        _ = reading.text(spec["service"], of: "spec.service")
        let description = reading.text(spec["description"], of: "spec.description") ?? ""
        let window = window(spec["timeWindow"])
        let objective = objective(spec["objectives"])
        let indicator = indicator(spec["indicator"], objective: objective)
        checkBudgeting(spec, indicator, objective)
        let policy = budgetPolicy(metadata["annotations"])
        let burns = burnConditions(spec["alertPolicies"])
        guard let name, let display, let window, let indicator, let target = objective?.target else { return nil }
        let slo = SLO(
            name: name, displayName: display, description: description, indicator: indicator,
            targetMillionths: target, window: window, policy: policy, burnConditions: burns.map(\.condition))
        return slo
    }

    private mutating func readKind(_ document: Fields) {
        _ = reading.word(document["apiVersion"], of: "apiVersion", among: ["openslo/v1"])
        let elsewhere = ["SLI", "DataSource", "Service", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"]
        let reason = "an objective is one file; write what it refers to into it"
        _ = reading.word(
            document["kind"], of: "kind", among: ["SLO"],
            reasons: Dictionary(uniqueKeysWithValues: elsewhere.map { ($0, reason) }))
    }

    /// Lower-case letters, digits and dashes: a value of a dimension, and a file's name.
    mutating func dashedName(_ node: YAMLNode?, of what: String) -> String? {
        guard let node, let text = reading.text(node, of: what) else { return nil }
        let isPlain = text.utf8.allSatisfy { 0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x2D }
        let isName = isPlain && text.utf8.count <= 63 && !text.hasPrefix("-") && !text.hasSuffix("-")
        if isName { return text }
        reading.note(
            "\(what) must be a name of lower-case letters, digits and dashes, at most 63 long, not \"\(text)\"",
            at: node.mark)
        return nil
    }

    // MARK: The window

    private mutating func window(_ node: YAMLNode?) -> SLO.Window? {
        let only = reading.only(node, of: "spec.timeWindow", because: "an objective holds for one window")
        guard let only else { return nil }
        let fields = reading.fields(only, of: "spec.timeWindow[0]", .window)
        let isRolling = reading.flag(fields["isRolling"], of: fields.path("isRolling")) ?? (fields["calendar"] == nil)
        guard let node = fields["duration"] else { return nil }
        if isRolling, let calendar = fields["calendar"] {
            reading.note("\(fields.path("calendar")) goes with isRolling: false only", at: calendar.mark)
        }
        return isRolling ? rollingWindow(node, fields) : calendarWindow(node, fields)
    }

    private mutating func rollingWindow(_ node: YAMLNode, _ fields: Fields) -> SLO.Window? {
        let what = fields.path("duration")
        guard let seconds = reading.duration(node, of: what, units: ["d", "w"])?.seconds else { return nil }
        let days = seconds / 86_400
        if (1...366).contains(days) { return .rolling(days: days) }
        reading.note("\(what) must be 366 days at most", at: node.mark)
        return nil
    }

    private mutating func calendarWindow(_ node: YAMLNode, _ fields: Fields) -> SLO.Window? {
        let what = fields.path("duration")
        guard let calendarNode = fields["calendar"] else {
            reading.note("\(fields.what) needs the field \"calendar\" where isRolling is false", at: node.mark)
            return nil
        }
        let calendar = reading.fields(calendarNode, of: fields.path("calendar"), .calendar)
        _ = reading.word(calendar["timeZone"], of: calendar.path("timeZone"), among: ["Europe/Stockholm"])
        guard let text = reading.word(node, of: what, among: ["1w", "1M"]) else { return nil }
        let window: SLO.Window = text == "1w" ? .calendarWeek : .calendarMonth
        checkStart(calendar, window)
        return window
    }

    /// `startTime` is OpenSLO's; weeks here begin on Monday and months on the first, at 00:00.
    private mutating func checkStart(_ calendar: Fields, _ window: SLO.Window) {
        let what = calendar.path("startTime")
        guard let node = calendar["startTime"], let text = reading.text(node, of: what) else { return }
        let day = Self.weekday(of: text)
        let fits = window == .calendarWeek ? day?.weekday == 1 : day?.day == 1
        guard text.hasSuffix(" 00:00:00"), fits else {
            let first = window == .calendarWeek ? "a Monday" : "the first day of a month"
            return reading.note(
                "\(what) must be \(first) at midnight, like \"2026-06-01 00:00:00\", not \"\(text)\"", at: node.mark)
        }
    }

    // MARK: The budget

    private mutating func checkBudgeting(_ spec: Fields, _ indicator: SLO.Indicator?, _ objective: Objective?) {
        let what = "spec.budgetingMethod"
        guard let node = spec["budgetingMethod"],
            let method = reading.word(
                node, of: what, among: ["Timeslices", "Occurrences"],
                reasons: ["RatioTimeslices": "a minute is good or bad, nothing between; write Timeslices"])
        else { return }
        let isSliced = method == "Timeslices"
        if let indicator, isSliced != indicator.isSliced {
            let wanted = indicator.isSliced ? "Timeslices: minutes are judged" : "Occurrences: events are counted"
            reading.note("\(what) must be \(wanted)", at: node.mark)
        }
        objective.map { checkSlices($0, isSliced: isSliced) }
    }

    private mutating func checkSlices(_ objective: Objective, isSliced: Bool) {
        for name in ["timeSliceWindow", "timeSliceTarget"] {
            let what = objective.fields.path(name)
            guard let node = objective.fields[name] else {
                if isSliced { reading.note("\(objective.fields.what) needs the field \"\(name)\"", at: objective.mark) }
                continue
            }
            guard isSliced else {
                reading.note("\(what) goes with budgetingMethod: Timeslices only", at: node.mark)
                continue
            }
            let isWindow = name == "timeSliceWindow"
            let words = isWindow ? ["1m", "1"] : ["1", "1.0"]
            let reason = isWindow ? "the ledger is judged minute by minute" : "a minute is good or bad"
            guard let text = reading.text(node, of: what), !words.contains(text) else { continue }
            reading.note("\(what) must be \(words[0]), not \"\(text)\": \(reason)", at: node.mark)
        }
    }

    private mutating func budgetPolicy(_ node: YAMLNode?) -> BudgetPolicy? {
        let known = [OpenSLOAnnotation.carefulBelow, OpenSLOAnnotation.stopBelow]
        let found = annotations(node, of: "metadata.annotations", known: known)
        let shares = found.mapValues { share($0) }
        guard let careful = shares[known[0]], let stop = shares[known[1]] else {
            if let name = shares.keys.first, let mark = node?.mark {
                let other = known[name == known[0] ? 1 : 0]
                reading.note("metadata.annotations has \(name) without \(other); a policy has both", at: mark)
            }
            return nil
        }
        guard let careful, let stop else { return nil }
        if careful > stop { return BudgetPolicy(carefulBelow: careful, stopBelow: stop) }
        reading.note("metadata.annotations: \(known[0]) must be more than \(known[1])", at: node?.mark ?? .start)
        return nil
    }

    /// `25 %` as 0.25.
    private mutating func share(_ annotation: Annotation) -> Double? {
        let text = annotation.text
        if text.hasSuffix(" %"), let number = Decimal(String(text.dropLast(2))), let tenths = number.scaled(1),
            (0...1_000).contains(tenths)
        {
            return Double(tenths) / 1_000
        }
        reading.note(
            "metadata.annotations.\(annotation.name) must be a share of the error budget from \"0 %\" to \"100 %\", not \"\(text)\"",
            at: annotation.mark)
        return nil
    }

    struct Annotation {
        let name: String
        let text: String
        let mark: YAMLMark
    }

    /// Those of this program by name; others with its prefix are problems, and others without are somebody else's.
    mutating func annotations(_ node: YAMLNode?, of what: String, known: [String]) -> [String: Annotation] {
        var found: [String: Annotation] = [:]
        for (name, text, mark) in reading.texts(node, of: what) where name.hasPrefix(OpenSLOAnnotation.prefix) {
            if known.contains(name) {
                found[name] = Annotation(name: name, text: text, mark: mark)
            } else {
                let hint = FieldSpelling.hint(for: name, among: known)
                reading.note("\(what) has no \"\(name)\" that this program knows\(hint)", at: mark)
            }
        }
        return found
    }
}

extension SLOReader {
    /// Day of the month and of the week, Monday 1, of `2026-06-01 00:00:00`; nil for what is no date.
    private static func weekday(of text: String) -> (day: Int, weekday: Int)? {
        let parts = text.prefix { $0 != " " }.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard parts.map(\.count) == [4, 2, 2], numbers.count == 3, (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2])
        else { return nil }
        // Zeller's congruence: January and February count as months 13 and 14 of the year before.
        let isEarly = numbers[1] < 3
        let (year, month) = (numbers[0] - (isEarly ? 1 : 0), numbers[1] + (isEarly ? 12 : 0))
        let sum = numbers[2] + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400
        return (numbers[2], (sum + 5) % 7 + 1)
    }
}

extension YAMLMark {
    /// Where a file begins.
    static let start = YAMLMark(line: 1, column: 1)
}
