// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Files
import JSON

/// `alarms test`: unit tests of alarms.
struct AlarmsTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests of alarms: do they fire, stay silent, clear?",
        usage: "polisen-collector alarms test [<path>...] [<flags>]",
        discussion: """
            A test file (<name>.test.yaml) says which data come and what alarms and queries make of them; the alarms are \
            evaluated as OCI evaluates them, minute by minute. Nothing is asked of OCI.

            --coverage asks that every alarm is seen firing, silent, clearing and without data, and every override firing. \
            --mutants changes each alarm in one place after the other (threshold, interval, period of absence, grouping, \
            filter, pending time …) and asks that a test fails for it; what cannot be noticed is argued for in \
            mutants.yaml beside the tests. --profiles all reruns each test with the other rule wherever Oracle's \
            documentation is silent, and tells which verdicts rest on undocumented behaviour; that is no failure.

            --format json: schema 1; passed; tests, failed (how many); broken: file, problems; files: file, tests (name, \
            line, passed, failures: line, subject, lines); coverage, untested, mutation and profiles where asked for. Of \
            tap and junit these stand on standard error.
            Exit codes: 0 all passed; 1 a test failed, or what was asked for is not reached; 65 a file is broken, there \
            is none, or the filter leaves no test.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, tap, junit, json }
    enum Profiles: String, CaseIterable, ExpressibleByArgument { case all }

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: AlarmPlaceOptions
    @Option(help: "How to answer: text, tap, junit or json") var format = Format.text
    @Option(help: ArgumentHelp("Only tests whose name or alarm contains this", valueName: "text"))
    var filter: String?
    @Flag(help: "Fail unless all four kinds are covered for every alarm") var coverage = false
    @Flag(help: "Fail unless the tests notice enough of all changes") var mutants = false
    @Option(help: ArgumentHelp("Percent of changes that must be noticed", valueName: "percent")) var mutationScore =
        90.0
    @Option(help: "Rerun with each knob flipped alone: all") var profiles: Profiles?
    @Argument(help: "Test files, or directories of them") var paths: [String] = []

    func validate() throws {
        if filter != nil, coverage || mutants {
            throw ValidationError("--filter leaves tests out; coverage and mutants need all of them")
        }
        guard (0...100).contains(mutationScore) else {
            throw ValidationError("--mutation-score is a number from 0 to 100, not \(mutationScore)")
        }
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let found: AlarmFiles
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            found = try AlarmFiles(
                paths, standard: AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path))
            guard !found.tests.isEmpty else { throw AlarmFileProblem("there are no test files (*.test.yaml) there") }
        } catch let error as ConfigurationError {
            surroundings.tell(error.description)
            return .configuration
        } catch {
            return surroundings.failed(error)
        }
        do {
            let outcome = try outcome(found)
            if format == .tap || format == .junit, !outcome.notes.isEmpty { surroundings.tell(outcome.notes) }
            return surroundings.answer(outcome.text(as: format), status: outcome.status)
        } catch {
            return surroundings.failed(error)
        }
    }

    private func outcome(_ found: AlarmFiles) throws -> AlarmTestOutcome {
        var files: [AlarmTestFile] = []
        var broken: [(path: String, error: AlarmTestError)] = []
        var names: Set<String> = []
        for path in found.tests {
            do {
                let file = try AlarmTestData.file(path)
                names.formUnion(file.tests.flatMap { $0.alarms.map(\.alarm) })
                files.append(filter.map { file.only(containing: $0) } ?? file)
            } catch let error as AlarmTestError {
                broken.append((path, error))
            }
        }
        if let filter, broken.isEmpty, files.allSatisfy(\.tests.isEmpty) {
            throw AlarmFileProblem(
                "no test has a name or an alarm that contains '\(filter)'; there are tests of "
                    + (names.isEmpty ? "no alarm" : names.sorted().joined(separator: ", ")))
        }
        var outcome = AlarmTestOutcome(reports: files.map { AlarmTestRunner($0).run() }, broken: broken)
        if coverage {
            // Definitions of the directory that no test names count, too.
            let named = files.flatMap(\.alarms)
            let keys = Set(named.map(\.key))
            outcome.untested = found.definitions.map(AlarmFiles.key).filter { !keys.contains($0) }
            outcome.coverage = AlarmCoverage(of: named, by: outcome.reports)
        }
        if mutants {
            outcome.mutation = MutationRun(files, equivalents: try equivalents(found, of: files))
            outcome.neededScore = mutationScore / 100
        }
        if profiles != nil { outcome.profiles = ProfileRun(files) }
        return outcome
    }

    /// Of `mutants.yaml` beside the tests, wherever there is one. Where single files were named, what it says of other alarms
    /// is not out of date.
    private func equivalents(_ found: AlarmFiles, of files: [AlarmTestFile]) throws -> [EquivalentMutant] {
        let keys = Set(files.flatMap(\.alarms).map(\.key))
        var list: [EquivalentMutant] = []
        for directory in Set(found.tests.map { FileSystem.parent(of: $0) }).sorted() {
            let path = FileSystem.join(directory, "mutants.yaml")
            guard FileSystem.exists(path) else { continue }
            list += try EquivalentMutant.list(path: path, bytes: try InputFile.bytes(path, limitBytes: 1 << 20))
        }
        return found.definitions.isEmpty ? list.filter { keys.contains($0.alarm) } : list
    }
}
