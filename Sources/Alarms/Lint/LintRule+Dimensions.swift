// SPDX-License-Identifier: MIT

import MQL

/// Names of metrics, dimensions and their values.
extension LintRule {
    static let dimensions = [
        LintRule(
            "L007", "the resource group must be the metrics' own", .error,
            why: """
                An alarm without a resource group sees only streams that have none, and one with a group only streams of \
                that group. A wrong one is no error anywhere: the alarm has no data and stays OK.
                """,
            instead: "Leave resourceGroup out, and group:: before metrics too: the collector posts without one.",
            check: { subject, context in
                var remarks: [Remark] = []
                let known = subject.uses.contains { context.facts($0.use) != nil }
                if let group = subject.rawText("resourceGroup"), known {
                    remarks.append(
                        Remark("resourceGroup", "the metrics are posted without the resource group \"\(group)\""))
                }
                for (query, use) in subject.uses {
                    guard let group = use.selector.resourceGroup, context.facts(use) != nil else { continue }
                    remarks.append(Remark(query.place, "\(use.selector.metric) is posted without the group \(group)::"))
                }
                return remarks
            }),
        LintRule(
            "L024", "a metric that exists", .error,
            why: "A metric that nobody posts has no streams, and an alarm without streams is OK for ever.",
            instead: "Use a name of the metric catalogue; declare the metric first if it is new.",
            check: { subject, context in
                guard !context.facts.isEmpty else { return [] }
                return subject.uses.compactMap { query, use in
                    guard context.facts(use) == nil else { return nil }
                    let hint = Spelling.hint(for: use.selector.metric, among: Array(context.facts.keys))
                    return Remark(query.place, "nobody posts a metric \"\(use.selector.metric)\"\(hint)")
                }
            }),
        LintRule(
            "L025", "a dimension that exists", .error,
            why: """
                A filter on a dimension that no stream has is ignored without a word: the alarm watches everything. \
                Grouping by one puts all streams into one group.
                """,
            instead: "Use a dimension that the metric is declared with.",
            check: { subject, context in subject.uses.flatMap { query, use in unknownDimensions(query, use, context) } }
        ),
        LintRule(
            "L026", "a value that can occur", .error,
            why: """
                The values of most dimensions are a closed set. A filter on another value, or a pattern that matches \
                none, selects no stream, and the alarm stays OK.
                """,
            instead: "Use one of the declared values. In =~ only * and | have a meaning.",
            check: { subject, context in subject.uses.flatMap { query, use in unknownValues(query, use, context) } }),
        LintRule(
            "L034", "a namespace of one's own", .error,
            why: """
                Names that begin with oci_ or oracle_ are the service's own; posting to them is refused. A namespace \
                that IAM policies can name has lower-case letters, digits and underscores.
                """,
            instead: "Write ${namespace} and configure a name such as polisen_collector.",
            check: { subject, context in
                guard let alarm = subject.alarm, subject.uses.contains(where: { context.facts($0.use) != nil }) else {
                    return []
                }
                let name = alarm.namespace
                if name.hasPrefix("oci_") || name.hasPrefix("oracle_") {
                    return [Remark("namespace", "\"\(name)\" is reserved for the service's own metrics")]
                }
                let isPlain = name.utf8.allSatisfy { $0 == 0x5F || 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }
                return isPlain ? [] : [Remark("namespace", "\"\(name)\" has other characters than a-z, 0-9 and _")]
            }),
        LintRule(
            "L041", "an alarm watches one job", .warning,
            why: """
                Several jobs may post to one namespace. An alarm without a filter on job fires for all of them and says \
                the wrong name.
                """,
            instead: "Filter by {job = \"${job}\"}.",
            check: { subject, context in
                subject.uses.compactMap { query, use in
                    guard let facts = context.facts(use), facts.dimension("job") != nil else { return nil }
                    if let filter = use.selector.filters.first(where: { $0.name == "job" }) {
                        guard !namesItsJob(query, filter) else { return nil }
                        let message = "the job \"\(filter.value)\" is written out; filter by {job = \"${job}\"}"
                        return Remark(query.place, message)
                    }
                    return Remark(query.place, "\(facts.name) is watched for all jobs; filter by {job = \"${job}\"}")
                }
            }),
    ]

    /// Whether the filter's job is that of the deployment. A query that could be read with its placeholders filled only is
    /// asked as a whole.
    private static func namesItsJob(_ query: LintedQuery, _ filter: DimensionFilter) -> Bool {
        let text = query.query?.text == query.text ? filter.value : query.text
        return text.contains("${job}")
    }

    private static func unknownDimensions(
        _ query: LintedQuery, _ use: SelectorUse, _ context: LintContext
    ) -> [Remark] {
        guard let facts = context.facts(use) else { return [] }
        let known = facts.dimensions.map(\.name)
        let pseudo = ["compartmentId", "resourceGroup"]
        let used = use.selector.filters.map(\.name) + (use.groups ?? [])
        return used.filter { !known.contains($0) && !pseudo.contains($0) }.map { name in
            let hint = Spelling.hint(for: name, among: known)
            return Remark(query.place, "\(facts.name) has no dimension \"\(name)\"\(hint)")
        }
    }

    private static func unknownValues(_ query: LintedQuery, _ use: SelectorUse, _ context: LintContext) -> [Remark] {
        guard let facts = context.facts(use) else { return [] }
        return use.selector.filters.flatMap { filter -> [Remark] in
            guard let values = facts.dimension(filter.name)?.values, !filter.value.contains("${") else { return [] }
            let isExact = filter.comparison == .equal || filter.comparison == .notEqual
            let wanted = isExact ? [filter.value[...]] : filter.alternatives
            return wanted.compactMap { text in
                let matches = values.contains { isExact ? $0 == text : DimensionFilter.matches($0[...], text) }
                guard !matches else { return nil }
                let hint = Spelling.hint(for: String(text), among: values)
                return Remark(
                    query.place, "\(filter.name) of \(facts.name) is never \"\(text)\"\(hint)",
                    severity: filter.comparison == .equal || wanted.count == 1 ? .error : .warning)
            }
        }
    }
}
