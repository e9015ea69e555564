// SPDX-License-Identifier: MIT

import JSON
import MQL

/// One alarm, read as far as it can be read, for the rules to look at.
struct LintSubject: Sendable {
    let file: LintFile
    /// The text as a tree; `null` where it is no JSON.
    let json: JSONValue
    /// nil: `definitionProblems` say why.
    let alarm: Alarm?
    let definitionProblems: [AlarmProblem]
    /// The base rule's query and those of overrides, overrides first.
    let queries: [LintedQuery]
    /// Placeholders that the file names, and where.
    let placeholders: [(place: DocumentPath, name: String)]

    var key: String { file.key }

    /// The worst severity of any rule.
    var worstSeverity: Severity? {
        alarm.map { ([$0.severity] + $0.overrides.compactMap(\.severity)).max() ?? $0.severity }
    }

    /// All selectors of all rules.
    var uses: [(query: LintedQuery, use: SelectorUse)] {
        queries.flatMap { query in query.uses.map { (query, $0) } }
    }

    /// Whether the alarm speaks when data stop.
    var isAbsenceAlarm: Bool { uses.contains { $0.use.isAbsence } }

    /// The text at a place, placeholders not filled in.
    func rawText(_ name: String) -> String? { json[name]?.string }

    /// Reads one file; what is wrong with it is kept.
    init(_ file: LintFile, placeholders values: [AlarmTemplate.Placeholder: String]) {
        self.file = file
        var problems: [AlarmProblem] = []
        do throws(JSONError) {
            json = try JSONValue.parse(file.bytes)
        } catch {
            json = .null
            problems.append(AlarmProblem(DocumentPath(), nil, "is no JSON: \(error)"))
        }
        placeholders = Self.placeholders(in: json)
        var alarm: Alarm?
        if problems.isEmpty {
            do throws(AlarmError) {
                alarm = try AlarmTemplate(json, key: file.key).alarm(with: values)
            } catch {
                problems = error.problems
            }
        }
        self.alarm = alarm
        definitionProblems = problems
        queries = Self.queries(of: json, alarm)
    }

    /// What stands at a place.
    private static func queries(of json: JSONValue, _ alarm: Alarm?) -> [LintedQuery] {
        var queries: [LintedQuery] = []
        for (index, override) in (json["overrides"]?.array ?? []).enumerated() {
            guard let text = override["query"]?.string else { continue }
            let path = DocumentPath().member("overrides").element(index)
            let filled = alarm?.overrides.dropFirst(index).first?.query
            queries.append(
                LintedQuery(
                    place: path.member("query"), text: text, filled: filled,
                    pending: override["pendingDuration"]?.string ?? json["pendingDuration"]?.string,
                    severity: (override["severity"]?.string ?? json["severity"]?.string).flatMap(Severity.init)))
        }
        if let text = json["query"]?.string {
            queries.append(
                LintedQuery(
                    place: DocumentPath().member("query"), text: text, filled: alarm?.query,
                    pending: json["pendingDuration"]?.string,
                    severity: json["severity"]?.string.flatMap(Severity.init)))
        }
        return queries
    }

    /// `${name}` in any text, once for each text.
    private static func placeholders(in value: JSONValue, at path: DocumentPath = DocumentPath()) -> [(
        DocumentPath, String
    )] {
        switch value {
        case .string(let text): names(in: text).map { (path, $0) }
        case .array(let elements):
            elements.enumerated().flatMap { placeholders(in: $0.element, at: path.element($0.offset)) }
        case .object(let members): members.flatMap { placeholders(in: $0.value, at: path.member($0.name)) }
        default: []
        }
    }

    private static func names(in text: String) -> [String] {
        var names: [String] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { break }
            let name = String(rest[..<end])
            if !names.contains(name) { names.append(name) }
            rest = rest[end...]
        }
        return names
    }
}

/// One query of an alarm, as written: placeholders may stand inside its strings.
struct LintedQuery: Sendable {
    let place: DocumentPath
    let text: String
    /// Minutes, rounded up; 1 where it is left out or unreadable.
    let pendingMinutes: Int
    /// nil: unreadable.
    let severity: Severity?
    /// nil: `error` says why.
    let query: Query?
    let error: QueryError?
    let uses: [SelectorUse]

    init(place: DocumentPath, text: String, filled: String?, pending: String?, severity: Severity?) {
        self.place = place
        self.text = text
        self.severity = severity
        let pendingMilliseconds = pending.flatMap(ISODuration.milliseconds) ?? 60_000
        pendingMinutes = max(1, Int((pendingMilliseconds + 59_999) / 60_000))
        var query: Query?
        var error: QueryError?
        do throws(QueryError) {
            query = try Query(parsing: text, as: .alarm)
        } catch let problem {
            error = problem
            // A placeholder may stand where the language knows no ${}: the service will see its value.
            if let filled, filled != text, let valid = try? Query(parsing: filled, as: .alarm) {
                (query, error) = (valid, nil)
            }
        }
        self.query = query
        self.error = error
        uses = query.map { SelectorUse.all(in: $0.root) } ?? []
    }

    /// The query after a change of its tree, as an edit of the file; nil where placeholders had to be filled in to read it.
    func edit(_ change: (Expression) -> Expression?) -> JSONEdit? {
        guard let query, query.text == text else { return nil }
        return .replace(place, .string(query.root.rewritten(change).canonicalText))
    }
}
