// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import JSON
import Ledger

/// `maintenance`: planned work.
struct MaintenanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Write planned work down, so that reports leave it out visibly",
        discussion: """
            Reports print each figure that maintenance touches twice: with it and without it. Nothing is hidden and no \
            alarm or notice is held back; notices and `status` say that maintenance is under way. Runs go on, unless it \
            is started with --pause.

            Times are read as RFC 3339 (2026-11-23T08:00:00Z) or as clocks in Sweden show them ('2026-11-23 09:00'); the \
            answer says how they were read. The ledger keeps them in UTC.
            """,
        subcommands: [MaintenanceStart.self, MaintenanceEnd.self, MaintenanceList.self],
        defaultSubcommand: MaintenanceList.self)
}

/// `maintenance list`: what is announced or under way.
struct MaintenanceList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List planned work that is open, or all of it",
        usage: "polisen-collector maintenance list [--all] [--json] [<flags>]",
        discussion: """
            One entry for each: id, state (planned, active, ended, cancelled), from – until as clocks in Sweden show it, \
            whether it pauses runs, and below it the reason and who wrote it down. In the order of their beginnings.

            --json: schema 1; maintenance: an array of id, state, starts_at, ends_at (null while nobody knows), \
            pauses_runs, reason, job, author, recorded_at, host.
            Exit codes: 0 ok; 65, 77 the ledger cannot be read; 73 the answer could not be written; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Also what has ended or was called off") var all = false
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let desk = try LedgerDesk(options, surroundings)
            let book = try desk.book()
            let shown = all ? book.maintenance : book.open(at: desk.now)
            if json {
                let list = JSONValue.array(shown.map { $0.shown(at: desk.now) })
                return surroundings.answer(
                    JSONValue.object([JSONMember("schema", 1), JSONMember("maintenance", list)]).text)
            }
            guard shown.isEmpty else {
                return surroundings.answer(shown.flatMap { $0.rows(at: desk.now) }.joined(separator: "\n"))
            }
            return surroundings.answer(
                book.maintenance.isEmpty
                    ? "no maintenance was ever written down; `polisen-collector maintenance start --help`"
                    : "no maintenance is open; --all lists what is over")
        } catch {
            return error
        }
    }
}
