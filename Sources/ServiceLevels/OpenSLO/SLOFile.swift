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
        guard readKind(document) else { return nil }
        let metadata = reading.fields(document["metadata"], of: "metadata", .metadata)
        let spec = reading.fields(document["spec"], of: "spec", .spec)
        let name = dashedName(metadata["name"], of: "metadata.name")
        reading.labels(metadata)
        let display = reading.text(metadata["displayName"], of: "metadata.displayName") ?? name
        _ = reading.text(spec["service"], of: "spec.service")
        let description = reading.description(spec) ?? ""
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
        for burn in burns { checkArithmetic(of: burn, slo) }
        return slo
    }

    /// Whether the condition can be an alarm at all.
    private mutating func checkArithmetic(of burn: PlacedBurn, _ slo: SLO) {
        do throws(BurnRefusal) {
            _ = try BurnPlan(slo: slo, condition: burn.condition, runMinutes: GeneratedAlarm.runMinutes)
        } catch {
            reading.note("\(burn.path): \(error)", at: burn.mark)
        }
    }

    /// Other objects of OpenSLO, and where what they say belongs.
    private static let kinds = [
        "SLI": "write it out under spec.indicator of the objective",
        "DataSource": "there is one source, the run ledger; write type: polisen-ledger in each metricSource",
        "Service": "spec.service of an objective is a name, and needs no file",
        "AlertPolicy": "write it out under spec.alertPolicies of the objective",
        "AlertCondition": "write it out under conditions of the objective's alert policy",
        "AlertNotificationTarget":
            "messages go to the topic of the alarms; write targetRef: oci-topic in the alert policy",
    ]

    /// Whether it is an objective: what else is in another object's file is not worth a word.
    private mutating func readKind(_ document: Fields) -> Bool {
        _ = reading.word(document["apiVersion"], of: "apiVersion", among: ["openslo/v1"])
        let reasons = Self.kinds.mapValues { "that is a kind of OpenSLO that is not supported here: \($0)" }
        _ = reading.word(document["kind"], of: "kind", among: ["SLO"], reasons: reasons)
        return document["kind"]?.scalar.map { Self.kinds[$0.text] == nil } ?? true
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
