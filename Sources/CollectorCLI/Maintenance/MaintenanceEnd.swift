// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON
import Ledger

/// `maintenance end`: planned work is over, or is not going to be.
struct MaintenanceEnd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Say that planned work is over, or call it off",
        usage: """
            polisen-collector maintenance end [<id>] [--at <time> | --cancel]
                   [--json] [<flags>]
            """,
        discussion: """
            Without an id it ends the one that is open; where several are, it names them. Runs that were paused go on at the \
            next slot. --at: when it ended, if that was before now. --cancel: it was called off, also afterwards; reports \
            leave nothing out for it.

            Example: polisen-collector maintenance end 2905d64a --at '2026-11-23 10:30'

            --json: schema 1; maintenance: as in `maintenance list --json`; backdated; overlaps: ids; next.
            Exit codes: 0 done; 64 wrong command line; 65 there is no such maintenance, or it is over; 73 the ledger cannot \
            be written; 75 another command is writing; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: ArgumentHelp("Which: 8 hex digits, as `maintenance list` shows them", valueName: "id")) var id:
        String?
    @Option(help: ArgumentHelp("When it ended (default: now)", valueName: "time")) var at: String?
    @Flag(help: "It was called off") var cancel = false
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        if cancel, at != nil { throw ValidationError("--cancel leaves nothing that could end at a time: drop --at") }
        _ = try WrittenTime.parse(at, "--at")
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let desk = try LedgerDesk(options, surroundings)
            defer { desk.live.log.flush() }
            return try desk.changing { book throws(ExitStatus) in
                let record = try ended(try chosen(book, desk), desk)
                try desk.write(record, book)
                desk.tellEnd(record)
                let answer = MaintenanceAnswer(
                    record: record, now: desk.now,
                    next: record.pausesRuns && book.open(at: desk.now).contains { $0.id == record.id }
                        ? "polisen-collector collect" : "polisen-collector status")
                return surroundings.answer(json ? answer.json.text : answer.text)
            }
        } catch {
            return error
        }
    }

    private func chosen(_ book: LedgerBook, _ desk: LedgerDesk) throws(ExitStatus) -> MaintenanceRecord {
        let open = book.open(at: desk.now)
        guard let id = id?.lowercased() else {
            if open.count == 1 { return open[0] }
            desk.surroundings.complain(
                open.isEmpty
                    ? "no maintenance is open; `polisen-collector maintenance list --all` lists what is over"
                    : "\(open.count) are open: say which of these")
            throw listing(open, desk)
        }
        guard let found = book.maintenance.first(where: { $0.id == id }) else {
            desk.surroundings.complain(
                "there is no maintenance '\(id)'\(open.isEmpty ? ", and none is open" : "; open are:")")
            throw listing(open, desk)
        }
        return found
    }

    private func listing(_ open: [MaintenanceRecord], _ desk: LedgerDesk) -> ExitStatus {
        if !open.isEmpty { desk.surroundings.tell(open.flatMap { $0.rows(at: desk.now) }.joined(separator: "\n")) }
        return .badData
    }

    /// The record that ends it or calls it off.
    private func ended(_ open: MaintenanceRecord, _ desk: LedgerDesk) throws(ExitStatus) -> MaintenanceRecord {
        // Checked by `validate`.
        let end = (try? WrittenTime.parse(at, "--at")) ?? desk.now
        func refuse(_ why: String) -> ExitStatus {
            desk.surroundings.complain("maintenance \(open.id) \(why)")
            return .badData
        }
        switch open.state(at: desk.now) {
        case .cancelled: throw refuse("was called off already")
        case .ended where !cancel && at == nil:
            throw refuse(
                "ended at \(open.endsAt.map(WrittenTime.text) ?? "?") already; --at corrects that, --cancel calls it off"
            )
        case .planned where !cancel: throw refuse("has not begun: --cancel calls it off")
        default: break
        }
        if !cancel, end > desk.now { throw refuse("cannot be ended in the future: run this again when it is over") }
        if !cancel, end < open.startsAt {
            throw refuse("began at \(WrittenTime.text(open.startsAt)): --at is before that")
        }
        var record = MaintenanceRecord(
            id: open.id, job: open.job, recordedAt: desk.now, startsAt: open.startsAt,
            endsAt: cancel ? open.endsAt : end, reason: open.reason, author: desk.author,
            host: HostFacts.hostName, version: Product.version)
        record.pausesRuns = open.pausesRuns
        record.isCancelled = cancel
        return record
    }
}
