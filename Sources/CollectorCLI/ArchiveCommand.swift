// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import JSON

/// `archive`: the stored data.
struct ArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Verify, count or repair the stored data",
        subcommands: [ArchiveVerifyCommand.self, ArchiveStatsCommand.self, ArchiveRepairCommand.self],
        defaultSubcommand: ArchiveVerifyCommand.self)
}

/// `archive verify`: is every event stored once, and every file what its commit says?
struct ArchiveVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read everything and say whether each event is stored exactly once",
        usage: "polisen-collector archive verify [--json] [--config <path>] [<flags>]",
        discussion: """
            Checks that commits count without a gap and can be read; that each file is the slice of its commit; that no \
            event is stored twice, revisions count 1, 2, 3 and change something; that the index says what the commits \
            say; and that nothing else lies there. Changes nothing there; where state.path is, the ledger gets a note of what was \
            found, for the report. A run at work meanwhile may show as a file missing.

            --json: schema 1, archive, good, commits, first_commit, last_commit, head, events, revisions, rejects, \
            adopted, duplicates, files, shards, bytes_read, and problems: an array of kind, object, what, fix, \
            repairable.
            Exit codes: 0 good; 1 problems were found; others: it could not be read.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        await surroundings.withArchive(options) { archive throws(ArchiveError) in
            let report = try await ArchiveVerification(archive.store, progress: archive.progress.show).run()
            archive.progress.end()
            surroundings.note(report, report.verdict, archive.live)
            let status: ExitStatus = report.isGood ? .ok : .badState
            return surroundings.answer(json ? report.json.text : report.text, status: status)
        }
    }
}

/// `archive stats`: how much there is, and of when.
struct ArchiveStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Count what is stored",
        usage: "polisen-collector archive stats [--json] [--config <path>] [<flags>]",
        discussion: """
            Reads all commits and lists all objects.

            --json: schema 1, archive, commits, unreadable_commits, events, revisions, rejects, adopted, first_date, \
            last_date, newest (commit, run_id, committed_at), events_per_month, and storage: objects and bytes by \
            folder.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        await surroundings.withArchive(options) { archive throws(ArchiveError) in
            let statistics = try await ArchiveStatistics.read(archive.store, progress: archive.progress.show)
            archive.progress.end()
            return surroundings.answer(json ? statistics.json.text : statistics.text)
        }
    }
}

/// `archive repair`: files, index and head again from the commits.
struct ArchiveRepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Make files, index and head again from the commits",
        usage: "polisen-collector archive repair [--json] [--config <path>] [<flags>]",
        discussion: """
            What was damaged is kept under index/damaged/ and rejects/damaged/; commits are never touched; what is good \
            is left alone, so a second repair does nothing. Waits for nobody: while a run of this host is at work it \
            exits 75.

            --json: schema 1, archive, good, made and kept (names of objects), head, and after: what `archive verify \
            --json` says now.
            Exit codes: 0 good now; 1 problems are left; others: it could not be read or written.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        await surroundings.withArchive(options, isExclusive: true) { archive throws(ArchiveError) in
            let report = try await ArchiveRepair(archive.store, progress: archive.progress.show).run()
            archive.progress.end()
            let status: ExitStatus = report.isGood ? .ok : .badState
            return surroundings.answer(json ? report.json.text : report.text, status: status)
        }
    }
}
