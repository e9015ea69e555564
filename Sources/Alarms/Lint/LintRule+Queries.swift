// SPDX-License-Identifier: MIT

import JSON
import MQL

/// The notation of queries, and what they cost.
extension LintRule {
    static let queries = [
        LintRule(
            "L008", "intervals the service takes", .error,
            why: """
                An interval is 1m to 60m, 1h to 24h or 1d, and a pending duration at most an hour. Windows of several \
                days, offsets and window functions stand in published examples and are refused or ignored.
                """,
            instead: "Write a valid interval; compute longer windows outside and post them as a gauge.",
            check: { subject, _ in subject.queryErrors { $0 == "E-INTERVAL" || $0 == "E-ABSENT" } }),
        LintRule(
            "L020", "a query that can be read", .error,
            why: "The service refuses an alarm whose query is no MQL, or that can never be true or false.",
            instead: "Mend the query where the caret stands; `mql check` tells the same.",
            check: { subject, _ in subject.queryErrors { $0 != "E-INTERVAL" && $0 != "E-ABSENT" } }),
        LintRule(
            "L029", "alarms that read much", .warning,
            why: """
                Each minute every alarm reads interval × pending minutes × streams, for each selector of each rule, and \
                the points read are what Monitoring is billed by. A pending duration multiplies a long window, although \
                the window already smooths.
                """,
            instead:
                "Use PT1M with long windows, fewer streams (filter, or a metric without that dimension), or a gauge.",
            check: { subject, context in
                let cost = ReadCost(of: subject, facts: context.facts)
                guard cost.pointsPerMonth > context.options.pointsPerMonthLimit else { return [] }
                let millions = Double(cost.pointsPerMonth / 100_000) / 10
                return [
                    Remark(
                        "query",
                        "reads \(cost.minutesAnalysed) minutes of data each minute, \(millions) million points a month")
                ]
            }),
        LintRule(
            "L030", "joins of different windows or with absent()", .warning,
            why: """
                What a join gives while one side has no value is not documented, and no published alarm shows windows of \
                different lengths or absent() inside a join at work.
                """,
            instead: "Make two alarms of it, or one with an override; or post the joined condition as a gauge.",
            check: { subject, _ in subject.queries.flatMap(oddJoins) }),
        LintRule(
            "L031", "suspicious notation", .warning,
            why: """
                The query is valid and probably means something else than it seems: a function in odd capitals, && and \
                || without parentheses, a regular expression where only * and | count, the same dimension twice, an \
                empty range, a comparison of two queries.
                """,
            instead: "See the message; `mql check` shows it with a caret, `mql fmt` writes the canonical form.",
            check: { subject, _ in subject.queries.flatMap(notation) }),
        LintRule(
            "L037", "windows over six hours", .warning,
            why: """
                An alarm over a day reads 1,440 minutes of data each minute, fires hours after the fact and clears hours \
                after the repair; windows over a day do not exist.
                """,
            instead: "Let the checker compute the figure from the ledger and post it as a gauge.",
            check: { subject, _ in
                subject.uses.compactMap { query, use in
                    guard use.selector.interval.minutes > 360 else { return nil }
                    return Remark(query.place, "the window [\(use.selector.interval.text)] is longer than six hours")
                }
            }),
        LintRule(
            "L043", "nested queries", .info,
            why: """
                The Console cannot show or edit a query inside a statistic; whoever opens such an alarm there sees an \
                empty form. Whether a false point inside counts as zero or as no point is not documented: the alarm may \
                never clear, and end by reset instead.
                """,
            instead: "Where the count can be posted as a metric of its own, do that; else apply it by the API only.",
            check: { subject, _ in subject.queries.flatMap(nestings) }),
    ]

    /// Places where a statistic is taken of a query's result.
    private static func nestings(_ query: LintedQuery) -> [Remark] {
        let nodes = query.query?.root.descendants ?? []
        let isNested = nodes.contains { node in
            guard case .call(.statistic, let input) = node.kind else { return false }
            return input.descendants.contains { inner in
                if case .binary = inner.kind { true } else { false }
            }
        }
        guard isNested else { return [] }
        return [Remark(query.place, "a statistic of a query's result: what became of false points is not documented")]
    }

    private static func oddJoins(_ query: LintedQuery) -> [Remark] {
        guard let root = query.query?.root else { return [] }
        return root.descendants.flatMap { node -> [Remark] in
            guard case .binary(let sign, let left, let right) = node.kind, sign.isJoin else { return [] }
            let uses = SelectorUse.all(in: left) + SelectorUse.all(in: right)
            var remarks: [Remark] = []
            if Set(uses.map(\.selector.interval.minutes)).count > 1 {
                remarks.append(Remark(query.place, "\(sign.rawValue) joins windows of different lengths"))
            }
            if uses.contains(where: \.isAbsence) {
                remarks.append(Remark(query.place, "\(sign.rawValue) joins absent() with something else"))
            }
            return remarks
        }
    }

    /// Warnings of the language itself, but for those that rules here say better.
    private static func notation(_ query: LintedQuery) -> [Remark] {
        let saidElsewhere: Set = ["W-ABSENT-DEFAULT", "W-ABSENT-NO-GROUPBY", "W-COUNT-ZERO"]
        let findings = query.query.map { QueryLint().findings(in: $0) } ?? []
        return findings.filter { !saidElsewhere.contains($0.code) }.map { diagnostic in
            let fix = diagnostic.fix.flatMap { fix in
                fix.isSafe && query.query?.text == query.text
                    ? LintFix(fix.message, [.replace(query.place, .string(fix.applied(to: query.text)))]) : nil
            }
            return Remark(query.place, "\(diagnostic.code): \(diagnostic.message)", fix: fix)
        }
    }
}

extension LintSubject {
    /// The errors of queries whose code is wanted, each with its caret.
    func queryErrors(_ isWanted: (String) -> Bool) -> [Remark] {
        queries.flatMap { query in
            (query.error?.diagnostics ?? []).filter { $0.severity == .error && isWanted($0.code) }.map { diagnostic in
                let fix = diagnostic.fix.flatMap { fix in
                    fix.isSafe
                        ? LintFix(fix.message, [.replace(query.place, .string(fix.applied(to: query.text)))]) : nil
                }
                let text = diagnostic.rendered(in: query.text, width: 76)
                let shown = text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
                    .joined(separator: "\n").trimmingTrailingBlanks
                return Remark(query.place, "the query cannot be read\n\(shown)", fix: fix)
            }
        }
    }
}

extension String {
    /// Without blanks and line breaks at the end.
    var trimmingTrailingBlanks: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
