// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON
import Ledger
import Logging

/// `maintenance start`: announces planned work, or says that it has begun.
struct MaintenanceStart: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Say that planned work begins, now or later",
        usage: """
            polisen-collector maintenance start --reason <text>
                   [--for <time> | --until <time>] [--from <time>] [--pause]
                   [--json] [<flags>]
            """,
        discussion: """
            Without --for and --until it lasts until `maintenance end`. --from may lie in the future (it is planned then) or \
            in the past: work that was forgotten is written down afterwards, and reports say so. Entries may overlap; what \
            lies in two of them is left out once.

            --pause: while it is active `collect` does nothing and ends with exit code 75, a record (outcome skipped, \
            reason maintenance) and the metric run_skipped. It needs an end, so that nobody can forget it; afterwards runs \
            go on by themselves. Programs under `exec` are not paused.

            Example: polisen-collector maintenance start --reason 'new disk' \
            --from '2026-11-23 09:00' --for 2h --pause

            --json: schema 1; maintenance: as in `maintenance list --json`; backdated; overlaps: ids; next.
            Exit codes: 0 done; 64 wrong command line; 73 the ledger cannot be written; 75 another command is writing; 78 \
            configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("What is done, for those who read the report", valueName: "text")) var reason: String
    @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30m, 2h, 48h", valueName: "time"))
    var duration: String?
    @Option(help: ArgumentHelp("When it is to end", valueName: "time")) var until: String?
    @Option(help: ArgumentHelp("When it begins or began (default: now)", valueName: "time")) var from: String?
    @Flag(help: "Skip runs while it is active") var pause = false
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        guard Sentence.read(reason) != nil else {
            throw ValidationError("--reason needs 1 to \(Sentence.limit) characters: what is done, and why")
        }
        if duration != nil, until != nil { throw ValidationError("--for and --until say two ends: leave one out") }
        if pause, duration == nil, until == nil {
            throw ValidationError("--pause needs an end: add --for 2h or --until '2026-11-23 11:00'")
        }
        _ = try (WrittenTime.parse(from, "--from"), WrittenTime.parse(until, "--until"), seconds)
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let desk = try LedgerDesk(options, surroundings)
            defer { desk.live.log.flush() }
            return try desk.changing { book throws(ExitStatus) in
                let record = try record(book, desk)
                try desk.write(record, book)
                desk.tellBegin(record)
                let answer = MaintenanceAnswer(
                    record: record, now: desk.now, overlaps: book.overlapping(record),
                    next: record.nextCommand(at: desk.now))
                return surroundings.answer(json ? answer.json.text : answer.text)
            }
        } catch {
            return error
        }
    }

    private func record(_ book: LedgerBook, _ desk: LedgerDesk) throws(ExitStatus) -> MaintenanceRecord {
        // Checked by `validate`.
        let start = (try? WrittenTime.parse(from, "--from")) ?? desk.now
        var end = (try? WrittenTime.parse(until, "--until")) ?? nil
        if let seconds = (try? seconds) ?? nil { end = start.addingTimeInterval(seconds) }
        try desk.check(start, "--from")
        if let end, end <= start {
            desk.surroundings.complain(
                "its end, \(WrittenTime.text(end)), is not after its beginning, \(WrittenTime.text(start)): correct "
                    + "--until or --from")
            throw .usage
        }
        if let end { try desk.check(end, duration == nil ? "--until" : "the end by --for") }
        if pause, let end, end <= desk.now {
            desk.surroundings.complain(
                "it is over since \(WrittenTime.text(end)), so there is nothing to pause: leave --pause out")
            throw .usage
        }
        var random = SystemRandomNumberGenerator()
        var record = MaintenanceRecord(
            id: book.newID(using: &random), job: desk.live.configuration.job, recordedAt: desk.now, startsAt: start,
            endsAt: end, reason: Sentence.read(reason) ?? reason, author: desk.author,
            host: HostFacts.hostName, version: Product.version)
        record.pausesRuns = pause
        return record
    }

    private var seconds: Double? {
        get throws {
            guard let duration else { return nil }
            do throws(Unacceptable) {
                let value = try Syntax<Duration>.duration(upTo: .seconds(366 * 86_400)).parse(duration)
                return Double(value.components.seconds) + Double(value.components.attoseconds) / 1e18
            } catch {
                throw ValidationError("--for \(error.rule), not '\(duration)'")
            }
        }
    }
}

extension LedgerDesk {
    /// The journal's word on planned work that begins.
    func tellBegin(_ record: MaintenanceRecord) {
        let state = record.state(at: now)
        let what =
            state == .planned
            ? "maintenance is announced"
            : state == .active ? "maintenance has begun" : "maintenance was written down afterwards"
        live.log.logger.notice("\(what): \(record.reason)", metadata: record.facts("maintenance.started"))
    }

    func tellEnd(_ record: MaintenanceRecord) {
        let what = record.isCancelled ? "maintenance was called off" : "maintenance has ended"
        live.log.logger.notice("\(what): \(record.reason)", metadata: record.facts("maintenance.ended"))
    }
}

extension MaintenanceRecord {
    fileprivate func facts(_ event: String) -> Logger.Metadata {
        var facts: Logger.Metadata = [
            "event": "\(event)", "maintenance.id": "\(id)", "maintenance.starts_at": "\(Timestamp.text(startsAt))",
            "maintenance.author": "\(author)", "maintenance.pauses_runs": "\(pausesRuns)",
        ]
        if let endsAt { facts["maintenance.ends_at"] = "\(Timestamp.text(endsAt))" }
        return facts
    }
}
