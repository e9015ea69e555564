// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import JSON

/// `alarms lint`: mistakes in alarm definitions that would stay silent.
struct AlarmsLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find alarms that clear themselves, flap, never fire or are refused",
        usage: "polisen-collector alarms lint [<path>...] [--fix] [--strict] [--json]",
        discussion: """
            Looks at definitions (files, or directories of them) all together; nothing is asked of OCI. What is dense, how \
            often it is posted and which dimensions it has is known from `metrics catalogue`. Behind the findings stands \
            what each alarm makes OCI read: minutes of data a minute, points a month of 30 days.

            A finding is ignored in one alarm by its tag lint.ignore: "L033: the reason".

            --json: schema 1; findings: an array of code, severity (error, warning, info), alarm, file, place, line, \
            column, message, fix, ignoredBecause (left out where there is none); costs: alarm, minutesAnalysed, \
            pointsPerMonth; errors, warnings, remarks (how many stand); fixed (what --fix did).
            Exit codes: 0 no errors; 1 errors (with --strict: or warnings); 65 a path cannot be read; 73, 77 a file cannot \
            be written.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: AlarmPlaceOptions
    @Option(help: ArgumentHelp("Directory of runbooks (default: beside the alarms)", valueName: "dir"))
    var runbooks: String?
    @Flag(help: "Mend what can be mended without changing what the author can have meant") var fix = false
    @Flag(help: "Fail on warnings, too") var strict = false
    @Flag(help: "Show ignored findings as well") var showIgnored = false
    @Option(help: ArgumentHelp("Tell why a rule is there and what to write instead", valueName: "code"))
    var explain: String?
    @Flag(help: "List all rules") var list = false
    @Flag(help: "Answer as JSON") var json = false
    @Argument(help: "Definitions, or directories of them") var paths: [String] = []

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        if list { return surroundings.answer(json ? LintRule.json.indented : LintRule.table) }
        if let explain { return self.explain(explain, surroundings) }
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            let chosen = place.alarms ?? configuration.alarms.path
            let files = try AlarmFiles(paths, standard: AlarmPlaces.alarms(chosen))
            return try lint(files, besides: chosen, surroundings)
        } catch let error as ConfigurationError {
            surroundings.tell(error.description)
            return .configuration
        } catch {
            return surroundings.failed(error)
        }
    }

    private func explain(_ code: String, _ surroundings: Surroundings) -> ExitStatus {
        guard let rule = LintRule.named(code) else {
            let hint = nearest(to: code, among: LintRule.all.map(\.code)).map { "; did you mean \($0)?" } ?? ""
            surroundings.tell("polisen-collector: there is no rule \(code)\(hint); --list names them")
            return .usage
        }
        var text = rule.explanation(width: 80)
        while text.hasSuffix("\n") { text.removeLast() }
        return surroundings.answer(text)
    }

    private func lint(_ found: AlarmFiles, besides chosen: String?, _ surroundings: Surroundings) throws -> ExitStatus {
        var options = LintOptions()
        options.tested = found.tested
        let directory = AlarmPlaces.runbooks(
            runbooks, besides: chosen ?? found.definitions.first.map { FileSystem.parent(of: $0) })
        if FileSystem.exists(directory) {
            options.runbooks = Set(try RunbookShelf(directory).books.map(\.name))
        } else {
            surroundings.tell(
                "note: there is no \(directory), so nothing is said about runbooks (--runbooks names another)")
        }
        let lint = Lint(facts: MetricCatalog.facts, options: options)
        var files = try found.lintFiles()
        var report = lint.check(files)
        var done: [LintFinding] = []
        if fix {
            // A fix may uncover another finding; each round mends at least one, and no rule mends what it made.
            for _ in 0..<8 {
                let mended = files.map { file in report.fixed(file) }
                guard mended.contains(where: { $0 != nil }) else { break }
                for (index, change) in mended.enumerated() {
                    guard let change, change.bytes != files[index].bytes else { continue }
                    files[index].bytes = change.bytes
                    done += change.done
                    let target = try FileSystem.linkTarget(files[index].path)
                    try FileSystem.replace(target, change.bytes, mode: 0o644)
                }
                report = lint.check(files)
            }
        }
        let isBad = report.hasErrors || strict && report.count(.warning) > 0
        let answer = json ? report.json(done).indented : report.grouped(done, showsIgnored: showIgnored)
        return surroundings.answer(answer, status: isBad ? .badState : .ok)
    }
}

extension Surroundings {
    /// Tells of an error of files, and how the program ends for it.
    func failed(_ error: any Error) -> ExitStatus {
        tell("polisen-collector: \(error)")
        guard let error = error as? FileError else { return .badData }
        if error.isForbidden { return .denied }
        return error.operation == "open" || error.operation == "read" || error.operation == "stat"
            ? .badData : .cannotWrite
    }
}
