// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import JSON
import MQL

/// `mql`: the query language on its own.
struct MQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mql", abstract: "Check, format or evaluate queries of OCI Monitoring's query language",
        subcommands: [MQLCheckCommand.self, MQLFormatCommand.self, MQLEvalCommand.self],
        defaultSubcommand: MQLCheckCommand.self)
}

/// `mql check`: is it a query?
struct MQLCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether queries are valid, and what is suspicious about them",
        usage: "polisen-collector mql check [<flags>] <query>... | - | --file <path>",
        discussion: """
            Errors are what OCI Monitoring would refuse; warnings are queries that are valid and probably do not do what \
            their author wants. Each shows its place and, where one is known, a fix. Nothing is asked of OCI.

            --json: schema 1; valid (all of them); queries: an array of query, origin (file or line; null: the command \
            line), valid, canonical (its one form; null if refused), tree (its notation), has_trigger (an alarm could \
            fire on it), diagnostics: code, severity (error, warning), message, start and end (bytes), line and column \
            (from 1), hint and fix (message, start, end, replacement, safe; or null).
            Exit codes: 0 all valid; 65 a query is refused, or a file cannot be read.
            """)

    @OptionGroup var input: QueryInput
    @Flag(help: "Ask for what an alarm needs besides: something that can be true or false") var alarm = false
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let items: [QueryInput.Item]
        do throws(SourceError) {
            items = try input.items()
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return .badData
        }
        let verdicts = items.map { QueryVerdict($0, as: alarm ? .alarm : .metric) }
        let status: ExitStatus = verdicts.allSatisfy { $0.query != nil } ? .ok : .badData
        if json { return surroundings.answer(QueryVerdict.json(verdicts).indented, status: status) }
        let width = HostFacts.terminalWidth(1) ?? 80
        let isAlone = verdicts.count == 1
        return surroundings.answer(
            verdicts.map { $0.text(width: width, isAlone: isAlone) }.joined(separator: "\n"), status: status)
    }
}

/// What is to be said about one query.
struct QueryVerdict {
    let item: QueryInput.Item
    /// nil: refused.
    let query: Query?
    let diagnostics: [Diagnostic]

    init(_ item: QueryInput.Item, as purpose: Query.Purpose) {
        self.item = item
        do throws(QueryError) {
            let query = try Query(parsing: item.text, as: purpose)
            self.query = query
            diagnostics = Self.lint.findings(in: query)
        } catch {
            query = nil
            diagnostics = error.diagnostics
        }
    }

    /// Of this program's metrics it is known whether they post zeros.
    private static let lint = QueryLint { selector in
        MetricTraits(isZeroFilled: MetricCatalog.named(selector.metric).map { $0.density == .dense })
    }

    /// For people; no line feed at the end.
    func text(width: Int, isAlone: Bool) -> String {
        var blocks = diagnostics.map { $0.rendered(in: item.text, width: width) }
        let place = isAlone ? "" : item.origin.map { " (\($0))" } ?? ""
        let warnings = diagnostics.count { $0.severity == .warning }
        let errors = diagnostics.count - warnings
        let found = [
            Words.count(errors, errors == 1 ? "error" : "errors"), Words.count(warnings, "warnings".singular(warnings)),
        ]
        .compactMap(\.self).joined(separator: ", ")
        let notes = found.isEmpty ? "" : ", \(found)"
        if let query {
            blocks.append(
                wrapped("valid\(notes)\(place): \(query.canonicalText)", width: width, indent: 2).joined(
                    separator: "\n"))
        } else {
            blocks.append("refused\(notes)\(place)")
        }
        return blocks.joined(separator: "\n")
    }

    static func json(_ verdicts: [QueryVerdict]) -> JSONValue {
        [
            "schema": 1, "valid": .bool(verdicts.allSatisfy { $0.query != nil }),
            "queries": .array(verdicts.map(\.json)),
        ]
    }

    private var json: JSONValue {
        [
            "query": .string(item.text), "origin": .optional(item.origin), "valid": .bool(query != nil),
            "canonical": .optional(query?.canonicalText), "tree": .optional(query?.root.notation),
            "has_trigger": query.map { .bool($0.root.hasTrigger) } ?? .null,
            "diagnostics": .array(diagnostics.map { $0.json(in: item.text) }),
        ]
    }
}

extension String {
    /// Without the s at its end for one.
    func singular(_ count: Int) -> String { count == 1 ? String(dropLast()) : self }
}

extension Diagnostic {
    /// For programs; `text` is the query.
    func json(in text: String) -> JSONValue {
        let place = SourceLocation(of: range.start, in: text)
        let change = fix.map { fix -> JSONValue in
            [
                "message": .string(fix.message), "start": .int(fix.range.start), "end": .int(fix.range.end),
                "replacement": .string(fix.replacement), "safe": .bool(fix.isSafe),
            ]
        }
        return [
            "code": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
            "start": .int(range.start), "end": .int(range.end), "line": .int(place.line),
            "column": .int(place.column), "hint": .optional(hint), "fix": change ?? .null,
        ]
    }
}
