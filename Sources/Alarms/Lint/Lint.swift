// SPDX-License-Identifier: MIT

import YAML

/// Finds what is wrong with alarm definitions before anybody deploys them.
package struct Lint: Sendable {
    private let facts: [String: MetricFacts]
    private let options: LintOptions

    /// - Parameter facts: every metric that is posted; none: names and windows are not checked.
    package init(facts: [MetricFacts], options: LintOptions = LintOptions()) {
        self.facts = Dictionary(facts.map { ($0.name, $0) }) { first, _ in first }
        self.options = options
    }

    /// Looks at a set of alarms: the whole set, since some rules look at others too.
    package func check(_ files: [LintFile]) -> LintReport {
        let subjects = files.map { LintSubject($0, placeholders: options.placeholders) }
        let context = LintContext(facts: facts, options: options, subjects: subjects)
        let findings = subjects.flatMap { self.findings(of: $0, context) }
        let costs = subjects.map { (key: $0.key, cost: ReadCost(of: $0, facts: facts)) }
        return LintReport(files: files.map(\.path), findings: findings, costs: costs)
    }

    /// What all rules say of one alarm, in the order of the file.
    private func findings(of subject: LintSubject, _ context: LintContext) -> [LintFinding] {
        let ignore = LintIgnore(subject.alarm?.freeformTags[LintIgnore.tag])
        var findings: [LintFinding] = []
        for rule in LintRule.all {
            let remarks = rule.check(subject, context)
            findings += remarks.map { finding(rule, $0, subject, ignore.reasons[rule.code]) }
            if remarks.isEmpty, ignore.reasons[rule.code] != nil {
                let place = DocumentPath().member("freeformTags").member(LintIgnore.tag)
                let unused = Remark(place, "\(rule.code) is ignored, but has nothing to say here; take it out")
                findings.append(finding(LintRule.unusedIgnore ?? rule, unused, subject, nil))
            }
        }
        return findings.sorted { $0.order < $1.order }
    }

    private func finding(
        _ rule: LintRule, _ remark: Remark, _ subject: LintSubject, _ reason: String?
    ) -> LintFinding {
        let bytes = subject.file.bytes
        let range = JSONLocator.range(of: remark.place, in: bytes)
        return LintFinding(
            code: rule.code, severity: remark.severity ?? rule.severity, key: subject.key, path: subject.file.path,
            place: remark.place, mark: range.map { JSONLocator.mark(at: $0.lowerBound, in: bytes) },
            message: remark.message, fix: remark.fix, ignoredBecause: reason)
    }
}

extension LintRule {
    /// The rule that watches over ignoring.
    static var unusedIgnore: LintRule? { files.first { $0.code == "L040" } }

    /// Codes of all rules but those that must not be ignored: what cannot be read, and ignoring itself.
    static let ignorable = Set(all.map(\.code)).subtracting(["L020", "L021", "L040"])
}

extension LintFinding {
    /// By place in the file, then by code.
    fileprivate var order: (Int, Int, String) { (mark?.line ?? 0, mark?.column ?? 0, code) }
}

/// What the linter found in a set of alarms.
package struct LintReport: Sendable {
    /// Files looked at, in order.
    package let files: [String]
    /// By file and place; also those that are ignored.
    package let findings: [LintFinding]
    /// What each alarm reads.
    package let costs: [(key: String, cost: ReadCost)]

    /// Those that count.
    package var standing: [LintFinding] { findings.filter { $0.ignoredBecause == nil } }
    /// Whether an error stands.
    package var hasErrors: Bool { standing.contains { $0.severity == .error } }

    /// How many findings of a severity stand.
    package func count(_ severity: LintSeverity) -> Int { standing.count { $0.severity == severity } }

    /// The text of a file after all fixes of standing findings, and what was done; nil where there is nothing to mend.
    package func fixed(_ file: LintFile) -> (bytes: [UInt8], done: [LintFinding])? {
        var edits: [JSONEdit] = []
        var done: [LintFinding] = []
        for finding in standing where finding.path == file.path {
            guard let fix = finding.fix else { continue }
            let isNew = fix.edits.allSatisfy { edit in !edits.contains { $0.isSamePlace(as: edit) } }
            guard isNew else { continue }
            edits += fix.edits
            done.append(finding)
        }
        guard !edits.isEmpty else { return nil }
        return (JSONEdit.apply(edits, to: file.bytes), done)
    }
}
