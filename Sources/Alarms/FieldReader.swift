// SPDX-License-Identifier: MIT

import JSON

/// Reads the members of one object and notes everything that is wrong with them; members nobody asked for are wrong too.
struct FieldReader {
    let path: DocumentPath
    private(set) var problems: [AlarmProblem] = []
    private let members: [JSONMember]
    private let isLenient: Bool
    private var asked: [String] = []

    /// - Parameter isLenient: unknown members are passed over, and an empty text is as good as none.
    init(_ value: JSONValue, at path: DocumentPath, isLenient: Bool) {
        self.path = path
        self.isLenient = isLenient
        members = value.object ?? []
        if value.object == nil { problems.append(AlarmProblem(path, value, "must be an object")) }
    }

    /// What stands under a name; nil for nothing and for null.
    mutating func value(_ name: String, isRequired: Bool = false) -> JSONValue? {
        asked.append(name)
        let found = members.last { $0.name == name }?.value
        if let found, !found.isNull, !(isLenient && found == .string("")) { return found }
        if isRequired { add(name, nil, "is required and missing") }
        return nil
    }

    /// A problem with a member.
    mutating func add(_ name: String, _ value: JSONValue?, _ rule: String, suggestion: String? = nil) {
        problems.append(AlarmProblem(path.member(name), value, rule, suggestion: suggestion))
    }

    /// Problems found below.
    mutating func add(_ more: [AlarmProblem]) { problems += more }

    /// A text of a length in characters (Unicode scalars).
    mutating func text(_ name: String, isRequired: Bool = false, length: ClosedRange<Int> = 1...Int.max) -> String? {
        guard let value = value(name, isRequired: isRequired) else { return nil }
        guard let text = value.string else {
            add(name, value, "must be text")
            return nil
        }
        let count = text.unicodeScalars.count
        if count == 0 { add(name, value, "must not be empty; leave the member out instead") }
        if count > length.upperBound {
            add(name, value, "has \(count) characters; at most \(length.upperBound) are allowed")
        }
        return text
    }

    /// true or false.
    mutating func flag(_ name: String, isRequired: Bool = false) -> Bool? {
        guard let value = value(name, isRequired: isRequired) else { return nil }
        if value.bool == nil { add(name, value, "must be true or false") }
        return value.bool
    }

    /// One of the values of a closed set.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type, isRequired: Bool = false
    ) -> Choice? where Choice.RawValue == String {
        guard let value = value(name, isRequired: isRequired) else { return nil }
        if let text = value.string, let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue)
        let meant = value.string.flatMap { Spelling.nearest(to: $0, among: all) }
        add(name, value, "must be one of \(all.joined(separator: " "))", suggestion: meant)
        return nil
    }

    /// An ISO 8601 duration in milliseconds.
    ///
    /// - Parameter zero: whether nothing at all is allowed too.
    mutating func duration(
        _ name: String, _ range: (String, String), orZero zero: Bool = false, isRequired: Bool = false
    ) -> Int64? {
        guard let value = value(name, isRequired: isRequired) else { return nil }
        let rule = "must be an ISO 8601 duration from \(range.0) to \(range.1)" + (zero ? ", or PT0M" : "")
        guard let length = value.string.flatMap(ISODuration.milliseconds) else {
            add(name, value, rule, suggestion: value.string.flatMap(Self.meantDuration))
            return nil
        }
        if zero, length == 0 { return 0 }
        let isWithin =
            length >= ISODuration.milliseconds(range.0) ?? 0 && length <= ISODuration.milliseconds(range.1) ?? .max
        if !isWithin { add(name, value, rule) }
        return length
    }

    /// An RFC 3339 instant in milliseconds.
    mutating func instant(_ name: String, isRequired: Bool = false) -> Int64? {
        guard let value = value(name, isRequired: isRequired) else { return nil }
        let instant = value.string.flatMap(UTCTime.milliseconds)
        if instant == nil { add(name, value, "must be an instant like 2026-01-05T02:00:00Z") }
        return instant
    }

    /// A list; an empty one where there is none.
    mutating func list(_ name: String, isRequired: Bool = false) -> [JSONValue] {
        guard let value = value(name, isRequired: isRequired) else { return [] }
        if value.array == nil { add(name, value, "must be a list") }
        return value.array ?? []
    }

    /// A map of texts.
    mutating func texts(_ name: String) -> [String: String]? {
        guard let value = value(name) else { return nil }
        guard let members = value.object else {
            add(name, value, "must be a map of texts")
            return nil
        }
        var texts: [String: String] = [:]
        for member in members {
            texts[member.name] = member.value.string
            if member.value.string == nil {
                problems.append(AlarmProblem(path.member(name).member(member.name), member.value, "must be text"))
            }
        }
        return texts
    }

    /// Notes members that were not asked for and names that stand twice.
    mutating func finish() {
        var seen: Set<String> = []
        for member in members {
            if !seen.insert(member.name).inserted { add(member.name, nil, "stands twice in one object") }
            guard !isLenient, !asked.contains(member.name) else { continue }
            let meant = Spelling.nearest(to: member.name, among: asked)
            add(member.name, nil, "is not a member the service knows", suggestion: meant)
        }
    }

    /// `5m` was probably PT5M.
    private static func meantDuration(_ text: String) -> String? {
        let unit = text.last.map { String($0).uppercased() } ?? ""
        let digits = text.dropLast()
        guard ["M", "H", "D"].contains(unit), let count = Int(digits), count > 0 else { return nil }
        return unit == "D" ? "P\(count)D" : "PT\(count)\(unit)"
    }
}
