// SPDX-License-Identifier: MIT

package import JSON

extension AlarmSuppression {
    /// Reads a separate suppression: CreateAlarmSuppressionDetails, or the service's answer about one.
    ///
    /// Whom it is for (`alarmSuppressionTarget`) is left to the caller.
    ///
    /// - Throws: an error with every problem found.
    package init(json: JSONValue, key: String = "suppression") throws(AlarmError) {
        var reader = FieldReader(json, at: DocumentPath(), isLenient: true)
        var suppression = AlarmSuppression(members: &reader)
        let level = reader.choice("level", SuppressionLevel.self) ?? .dimension
        let dimensions = reader.texts("dimensions") ?? [:]
        suppression?.dimensions = level == .alarm ? nil : dimensions
        let conditions = reader.list("suppressionConditions")
        if conditions.count > 1 {
            reader.add("suppressionConditions", nil, "holds \(conditions.count) conditions; one recurrence is allowed")
        }
        if let condition = conditions.first {
            let path = DocumentPath().member("suppressionConditions").element(0)
            var below = FieldReader(condition, at: path, isLenient: true)
            let recurrence = SuppressionRecurrence(members: &below, from: suppression?.from ?? 0)
            suppression?.recurrence = recurrence
            reader.add(below.problems)
        }
        reader.finish()
        guard reader.problems.isEmpty, let suppression else { throw AlarmError(key: key, reader.problems) }
        self = suppression
    }

    /// The members that both kinds of suppressions have.
    init?(members reader: inout FieldReader) {
        let description = reader.text("description")
        let from = reader.instant("timeSuppressFrom", isRequired: true)
        let until = reader.instant("timeSuppressUntil", isRequired: true)
        guard let from, let until else { return nil }
        if until < from {
            reader.add("timeSuppressUntil", .string(UTCTime.text(until)), "must not lie before timeSuppressFrom")
        }
        self.init(from: from, until: until)
        self.description = description
    }
}

/// What a separate suppression keeps quiet.
package enum SuppressionLevel: String, Sendable, Hashable, CaseIterable {
    case alarm = "ALARM"
    case dimension = "DIMENSION"
}

extension SuppressionRecurrence {
    /// A condition of type RECURRENCE: `FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=10;BYMINUTE=30` and a length.
    ///
    /// Where no time is given it is midnight UTC; a weekly recurrence without days is on the weekday it starts on.
    init?(members reader: inout FieldReader, from: Int64) {
        if let type = reader.value("conditionType", isRequired: true), type != "RECURRENCE" {
            reader.add("conditionType", type, "must be RECURRENCE")
        }
        let duration = reader.duration("suppressionDuration", ("PT1M", "PT24H"), isRequired: true)
        guard let text = reader.text("suppressionRecurrence", isRequired: true), let duration else { return nil }
        guard var recurrence = Self(rule: text, durationMilliseconds: duration) else {
            let rule =
                "must be FREQ=DAILY or FREQ=WEEKLY with BYDAY, then BYHOUR, BYMINUTE and BYSECOND, separated by semicolons"
            reader.add("suppressionRecurrence", .string(text), rule)
            return nil
        }
        if text.uppercased().contains("WEEKLY"), recurrence.weekdays.isEmpty {
            recurrence.weekdays = [UTCTime.weekday(from)]
        }
        self = recurrence
    }

    /// Reads the rule; nil for one that the service does not have. Source: RFC 5545, section 3.3.10.
    package init?(rule: String, durationMilliseconds: Int64) {
        var parts: [String: [Substring]] = [:]
        for part in rule.split(separator: ";", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2 else { return nil }
            // An example in the SDK spells it FRQ.
            let name = sides[0].uppercased() == "FRQ" ? "FREQ" : sides[0].uppercased()
            guard
                parts.updateValue(sides[1].split(separator: ",", omittingEmptySubsequences: false), forKey: name) == nil
            else { return nil }
        }
        let days = parts["BYDAY"] ?? []
        let weekdays = days.compactMap { Self.names.firstIndex(of: $0.uppercased()) }.map { $0 + 1 }
        guard Set(parts.keys).isSubset(of: ["FREQ", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"]),
            let frequency = parts["FREQ"]?.first?.uppercased(), ["DAILY", "WEEKLY"].contains(frequency),
            weekdays.count == days.count, frequency == "WEEKLY" || days.isEmpty,
            let hours = Self.numbers(parts["BYHOUR"], below: 24),
            let minutes = Self.numbers(parts["BYMINUTE"], below: 60),
            let seconds = Self.numbers(parts["BYSECOND"], below: 60)
        else { return nil }
        let starts = hours.flatMap { hour in minutes.map { hour * 3600 + $0 * 60 } }
            .flatMap { start in seconds.map { start + $0 } }
        self.init(
            weekdays: Set(weekdays), secondsOfDay: Set(starts).sorted(), durationMilliseconds: durationMilliseconds)
    }

    private static let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    private static func numbers(_ texts: [Substring]?, below limit: Int) -> [Int]? {
        guard let texts else { return [0] }
        let numbers = texts.compactMap { Int($0) }.filter { (0..<limit).contains($0) }
        return numbers.count == texts.count ? numbers : nil
    }
}
