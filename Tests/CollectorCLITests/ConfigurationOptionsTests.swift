// SPDX-License-Identifier: MIT

import ArgumentParser
import Testing

@testable import CollectorCLI

@Suite struct ConfigurationOptionsTests {
    @Test(arguments: Keys.all.map(\.path))
    func `every key has a flag, with and without an equals sign`(path: String) throws {
        let key = try #require(Keys.all.first { $0.path == path })
        let expected = ConfigurationFlag(key: path, text: "v", name: "--\(key.flagName)")
        #expect(try GlobalOptions.quick(["--\(key.flagName)", "v"]).flags == [expected])
        #expect(try GlobalOptions.quick(["--\(key.flagName)=v"]).flags == [expected])
    }

    @Test func `all flags together give all keys in order, with and without the quick way`() throws {
        let arguments = Keys.all.reversed().flatMap { ["--\($0.flagName)", "of \($0.path)"] }
        for flags in [try GlobalOptions.parse(arguments).flags, try GlobalOptions.quick(arguments).flags] {
            #expect(flags.map(\.key) == Keys.all.map(\.path))
            #expect(flags.map(\.text) == Keys.all.map { "of \($0.path)" })
        }
    }

    @Test(
        arguments: [
            (["--archive-bakend", "x"], "--archive-backend", 64), (["show", "--help"], "--archive-backend", 0),
            (["--job"], "--job", 64), (["--set", "job=a b", "--json"], "", 78),
            (["init", "-", "surplus"], "surplus", 64),
        ] as [([String], String, Int32)])
    func `the program knows all flags when it has to explain itself`(
        arguments: [String], mentioned: String, status: Int32
    ) async {
        let error = await #expect(throws: (any Error).self) { try await ConfigCommand.run(arguments) }
        #expect(error.map { ConfigCommand.exitCode(for: $0).rawValue } == status)
        let text = error.map { ConfigCommand.fullMessage(for: $0) } ?? ""
        #expect(mentioned.isEmpty ? text.isEmpty : text.contains(mentioned), "\(text)")
    }

    @Test func `help lists the common flags and keeps the rare ones for --help-hidden`() {
        let help = ConfigShow.helpMessage(columns: 80)
        let hidden = ConfigShow.helpMessage(includeHidden: true, columns: 80)
        for key in Keys.all {
            #expect(help.contains("--\(key.flagName) <") == key.isCommon, "\(key.path)")
            #expect(hidden.contains("--\(key.flagName) <"), "\(key.path)")
        }
        #expect(help.contains("(directory, oci; default:"))
        #expect(help.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
    }

    @Test(arguments: [["--set", "x"], ["--set", "=x"], ["--no-such-flag"], ["--job"], ["surplus"]])
    func `a wrong command line is exit status 64`(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try ConfigShow.quick(arguments) }
        #expect(error.map { ConfigShow.exitCode(for: $0).rawValue } == CollectorCLI.ExitStatus.usage.rawValue)
    }

    @Test func `a wrong subcommand is exit status 64, a question for help is none`() {
        for (arguments, status) in [(["bogus", "x"], CollectorCLI.ExitStatus.usage), (["--help"], .ok)] {
            let error = #expect(throws: (any Error).self) {
                var command = try ConfigCommand.parseAsRoot(arguments)
                try command.run()
            }
            #expect(error.map { ConfigCommand.exitCode(for: $0).rawValue } == status.rawValue)
        }
    }
}
