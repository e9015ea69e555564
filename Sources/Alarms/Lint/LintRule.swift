// SPDX-License-Identifier: MIT

import MQL

/// One rule of the linter.
package struct LintRule: Sendable {
    /// `L001`; never given to another rule.
    package let code: String
    /// What it asks, in a few words.
    package let title: String
    package let severity: LintSeverity
    /// Why it goes wrong; whole sentences.
    package let why: String
    /// What to write instead; whole sentences.
    package let instead: String
    let check: @Sendable (LintSubject, LintContext) -> [Remark]

    init(
        _ code: String, _ title: String, _ severity: LintSeverity, why: String, instead: String,
        check: @escaping @Sendable (LintSubject, LintContext) -> [Remark]
    ) {
        self.code = code
        self.title = title
        self.severity = severity
        self.why = why
        self.instead = instead
        self.check = check
    }

    /// All rules, by code.
    package static let all: [LintRule] =
        (absence + thresholds + truth + queries + dimensions + notifications + texts + files)
        .sorted { $0.code < $1.code }

    /// The rule of that code, in any case.
    package static func named(_ code: String) -> LintRule? { all.first { $0.code == code.uppercased() } }

    /// What `lint --explain` prints, at most `width` columns wide.
    package func explanation(width: Int = 80) -> String {
        let head = "\(code) (\(severity.rawValue)): \(title)"
        let parts = ["Why: \(why)", "Instead: \(instead)"]
        let ignoring =
            Self.ignorable.contains(code)
            ? "To ignore it in one alarm: freeformTags {\"lint.ignore\": \"\(code): the reason\"}."
            : "It cannot be ignored."
        return ([head] + (parts + [ignoring]).map { TextWrapping.wrapped($0, width: width) }).joined(separator: "\n\n")
            + "\n"
    }
}

/// What a rule says of an alarm.
struct Remark: Sendable {
    var place: DocumentPath
    var message: String
    /// nil: the rule's own.
    var severity: LintSeverity?
    var fix: LintFix?

    init(_ place: DocumentPath, _ message: String, severity: LintSeverity? = nil, fix: LintFix? = nil) {
        self.place = place
        self.message = message
        self.severity = severity
        self.fix = fix
    }

    /// A remark on a member of the alarm.
    init(_ member: String, _ message: String, severity: LintSeverity? = nil, fix: LintFix? = nil) {
        self.init(DocumentPath().member(member), message, severity: severity, fix: fix)
    }
}

/// What rules know besides the alarm they look at.
struct LintContext: Sendable {
    var facts: [String: MetricFacts]
    var options: LintOptions
    /// All alarms of the run.
    var subjects: [LintSubject]

    /// What is known of a selector's metric.
    func facts(_ use: SelectorUse) -> MetricFacts? { facts[use.selector.metric] }
}

/// What the linter is told of the world around the alarms.
package struct LintOptions: Sendable {
    /// Fill the placeholders, so that the alarm can be read as the service will get it.
    package var placeholders = AlarmTemplate.standIns()
    /// Keys of alarms that have a test file; nil: not asked.
    package var tested: Set<String>?
    /// Names of runbooks that exist; nil: not asked.
    package var runbooks: Set<String>?
    /// Names of metrics the service has streams of now; nil: not asked.
    package var liveMetrics: Set<String>?
    /// An alarm that reads more points a month is remarked upon.
    package var pointsPerMonthLimit = 100_000_000

    package init() {}
}

/// Breaks text into lines.
enum TextWrapping {
    /// Lines of at most `width` columns, broken at blanks; a longer word stands alone.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    /// The same as one text.
    static func wrapped(_ text: String, width: Int) -> String { lines(text, width: width).joined(separator: "\n") }
}
