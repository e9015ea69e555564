// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import ServiceLevels

/// `slo generate`: burn alarms from the objectives.
struct SLOGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write the burn alarms of the objectives, and their tests, into alarms/",
        usage: "polisen-collector slo generate [--check] [-o <dir>] [<flags>]",
        discussion: """
            Each burn condition of an objective becomes an alarm (<name>.json, as OCI takes it) and its tests \
            (<name>.test.yaml), beside those written by hand: `alarms lint`, `test` and `apply` treat them alike. A \
            threshold that no number of failures reaches, or that the first failed run reaches, is refused with the reason. \
            Nothing is written unless all can be.

            Examples:
              polisen-collector slo generate --check           in CI: do slos/ and alarms/ fit?
              polisen-collector slo generate && git diff alarms/

            Exit codes: 0 ok; 1 --check found files that differ or are missing; 65 an objective's file is broken, or a \
            threshold makes no sense; 73 a file cannot be written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: SLOPlaceOptions
    @OptionGroup var alarms: AlarmPlaceOptions
    @Flag(help: "Write nothing: exit 1 where files are not as they would be written") var check = false
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("Where to write (default: the directory of alarms)", valueName: "dir"))
    var output: String?

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let configuration = try surroundings.configuration(options)
            let directory = output ?? AlarmPlaces.alarms(alarms.alarms ?? configuration.alarms.path)
            let files: [GeneratedFile]
            do throws(SLOFilesProblem) {
                let slos = try SLOFiles.read(SLOPlaces.slos(place.slos ?? configuration.serviceLevels.path))
                files = try GeneratedFile.all(of: slos, in: directory)
            } catch {
                surroundings.tell("polisen-collector: \(error)")
                throw .badData
            }
            return try check ? compare(files, surroundings) : write(files, surroundings)
        } catch {
            return error
        }
    }

    private func compare(_ files: [GeneratedFile], _ surroundings: Surroundings) throws(ExitStatus) -> ExitStatus {
        let different = try different(files, surroundings)
        guard !different.isEmpty else {
            return surroundings.answer("ok: \(files.count) files are as the objectives say")
        }
        let lines = different.map { "\($0.isThere ? "differs" : "missing")  \($0.file.path)" }
        let head = "drift: \(different.count) of \(files.count) files are not as the objectives say"
        return surroundings.answer(
            ([head, ""] + lines + ["", "next".padding(13) + "polisen-collector slo generate"]).joined(separator: "\n"),
            status: .badState)
    }

    private func write(_ files: [GeneratedFile], _ surroundings: Surroundings) throws(ExitStatus) -> ExitStatus {
        let different = try different(files, surroundings)
        for (file, _) in different {
            do throws(FileError) {
                try FileSystem.put(file.bytes, at: file.path)
            } catch {
                surroundings.tell("polisen-collector: \(error)")
                throw .cannotWrite
            }
        }
        let lines = different.map { "  \($0.file.path)" }
        let head = "\(different.count) files written, \(files.count - different.count) were as they should be"
        return surroundings.answer(([head] + lines).joined(separator: "\n"))
    }

    private func different(
        _ files: [GeneratedFile], _ surroundings: Surroundings
    ) throws(ExitStatus) -> [(file: GeneratedFile, isThere: Bool)] {
        var found: [(GeneratedFile, Bool)] = []
        for file in files {
            do throws(FileError) {
                let bytes = try FileSystem.read(file.path)
                if bytes != file.bytes { found.append((file, bytes != nil)) }
            } catch {
                surroundings.tell("polisen-collector: \(error)")
                throw error.isForbidden ? .denied : .badData
            }
        }
        return found
    }
}

/// A file that follows from an objective.
struct GeneratedFile: Sendable, Hashable {
    let path: String
    let bytes: [UInt8]

    /// - Throws: why a condition makes no alarm; then there is no file at all.
    static func all(of slos: [SLO], in directory: String) throws(SLOFilesProblem) -> [GeneratedFile] {
        let alarms: [GeneratedAlarm]
        do throws(BurnRefusal) {
            alarms = try GeneratedAlarm.all(of: slos)
        } catch {
            throw SLOFilesProblem(description: "\(error)")
        }
        return alarms.flatMap { alarm in
            let stem = FileSystem.join(directory, alarm.name)
            return [
                GeneratedFile(path: stem + ".json", bytes: Array(alarm.definition.utf8)),
                GeneratedFile(path: stem + ".test.yaml", bytes: Array(alarm.tests.utf8)),
            ]
        }
    }
}
