// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// `annotate`: what people have to say to those who read the report.
struct AnnotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate", abstract: "Write a note, or something to be done, for the next report",
        usage: """
            polisen-collector annotate <text> [--at <time> | --run <id>] [--cause]
                   [--json] [<flags>]
                   polisen-collector annotate --action <text> [--due <time>]
                   [--at <time> | --run <id>] [--json] [<flags>]
                   polisen-collector annotate --done <id> [<text>] [--at <time>]
                   [--json] [<flags>]
                   polisen-collector annotate --list [--json] [<flags>]
            """,
        discussion: """
            A note stands in the report of its time, and in the timeline of the incident that it falls into. Times are \
            read as RFC 3339 (2026-11-23T08:00:00Z) or as clocks in Sweden show them ('2026-11-23 09:00'). --run: about \
            this run, at the time it ended; the beginning of its id will do.

            --cause: why an incident came about; the report prints it beside what the ledger shows. --action: \
            something that somebody is to do; it stands in every report until --done names its id. --due \
            '2026-11-30' is the end of that day in Sweden. --list: open actions, then the newest 20 of the others.

            Examples:
              polisen-collector annotate 'new router' --at '2026-11-23 09:00'
              polisen-collector annotate --cause 'expired certificate' --run 01a20ad1
              polisen-collector annotate --action 'renew it' --due 2026-11-30
              polisen-collector annotate --done ef3fda3b

            --json: schema 1; note: id, kind (note, cause, action, done, verification), at, text, author, recorded_at, \
            host; where there is one run_id and due_at; of verification also lines_counted and duplicates. With --list: \
            actions and notes, arrays of such.
            Exit codes: 0 done; 64 wrong command line; 65 no such action is open, or no such run; 73 the ledger cannot be \
            written; 75 another command is writing; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: ArgumentHelp("What there is to say", valueName: "text")) var text: String?
    @Option(help: ArgumentHelp("What time it is about (default: now)", valueName: "time")) var at: String?
    @Option(name: .customLong("run"), help: ArgumentHelp("What run it is about", valueName: "id")) var runID: String?
    @Flag(help: "Why the incident of that time came about") var cause = false
    @Flag(help: "Something to be done") var action = false
    @Option(help: ArgumentHelp("When the action is to be done", valueName: "time")) var due: String?
    @Option(help: ArgumentHelp("The action of this id is done", valueName: "id")) var done: String?
    @Flag(help: "List open actions and notes") var list = false
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        if list {
            guard text == nil, at == nil, runID == nil, due == nil, done == nil, !action, !cause else {
                throw ValidationError("--list writes nothing down: leave the rest out")
            }
            return
        }
        if [done != nil, action, cause].count(where: { $0 }) > 1 {
            throw ValidationError("--done, --action and --cause are different things: leave all but one out")
        }
        if at != nil, runID != nil { throw ValidationError("--at and --run say two times: leave one out") }
        if done != nil, runID != nil { throw ValidationError("--done ends an action, whatever run that was about") }
        if due != nil, !action { throw ValidationError("--due belongs to --action") }
        if cause, at == nil, runID == nil {
            throw ValidationError("--cause needs --run or --at, so that the report finds the incident it is about")
        }
        if text == nil, done == nil { throw ValidationError("say what there is to note, in quotes") }
        if let text, Sentence.read(text) == nil {
            throw ValidationError("a note needs 1 to \(Sentence.limit) characters")
        }
        _ = try (WrittenTime.parse(at, "--at"), WrittenTime.parseDay(due, "--due"))
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let desk = try LedgerDesk(options, surroundings)
            if list { return surroundings.answer(answer(try desk.book())) }
            return try desk.changing { book throws(ExitStatus) in
                let note = try note(book, desk)
                try desk.write(note)
                return surroundings.answer(json ? shown(note).text : told(note))
            }
        } catch {
            return error
        }
    }

    private func note(_ book: LedgerBook, _ desk: LedgerDesk) throws(ExitStatus) -> NoteRecord {
        let run = try runID.map { id throws(ExitStatus) in try desk.run(id) }
        // Checked by `validate`.
        let date = run?.endedAt ?? (try? WrittenTime.parse(at, "--at")) ?? desk.now
        let words = text.flatMap(Sentence.read)
        try desk.check(date, run == nil ? "--at" : "the end of that run")
        if let done { return try ending(done.lowercased(), words, at: date, book, desk) }
        var random = SystemRandomNumberGenerator()
        let kind: NoteRecord.Kind = action ? .action : cause ? .cause : .note
        var note = desk.note(book.newID(using: &random), kind, words ?? "", at: date)
        note.runID = run?.runID
        note.dueAt = (try? WrittenTime.parseDay(due, "--due")) ?? nil
        if let due = note.dueAt {
            try desk.check(due, "--due")
            guard due > desk.now else {
                desk.surroundings.complain("--due is \(WrittenTime.text(due)), which is over: correct the date")
                throw .usage
            }
        }
        return note
    }

    private func ending(
        _ id: String, _ words: String?, at date: Date, _ book: LedgerBook, _ desk: LedgerDesk
    ) throws(ExitStatus) -> NoteRecord {
        let open = book.openActions
        if let found = open.first(where: { $0.id == id }) {
            return desk.note(id, .done, words ?? Self.ended(found.text), at: date)
        }
        desk.surroundings.complain("no action '\(id)' is open\(open.isEmpty ? "" : "; these are:")")
        if !open.isEmpty { desk.surroundings.tell(open.flatMap(\.rows).joined(separator: "\n")) }
        throw .badData
    }

    private static func ended(_ text: String) -> String { String("done: \(text)".prefix(Sentence.limit)) }

    private func shown(_ note: NoteRecord) -> JSONValue { ["schema": 1, "note": note.shown] }

    private func told(_ note: NoteRecord) -> String {
        var lines = ["\(note.kind.rawValue) \(note.id)"] + Words.row("at", WrittenTime.text(note.at))
        lines += Words.row("text", note.text)
        if let runID = note.runID { lines += Words.row("run", runID.description) }
        if let dueAt = note.dueAt { lines += Words.row("due", WrittenTime.text(dueAt)) }
        let next =
            note.kind == .action ? "polisen-collector annotate --done \(note.id)" : "polisen-collector annotate --list"
        return (lines + ["next".padding(13) + next]).joined(separator: "\n")
    }

    private func answer(_ book: LedgerBook) -> String {
        let open = book.openActions
        let ids = Set(open.map(\.id))
        let others = book.notes.filter { !ids.contains($0.id) }.suffix(20)
        if json {
            return JSONValue.object([
                JSONMember("schema", 1), JSONMember("actions", .array(open.map(\.shown))),
                JSONMember("notes", .array(others.map(\.shown))),
            ]).text
        }
        if open.isEmpty, others.isEmpty { return "nothing was noted yet; `polisen-collector annotate --help`" }
        var lines = open.isEmpty ? ["no action is open"] : ["open actions"] + open.flatMap(\.rows)
        if !others.isEmpty { lines += ["", "notes"] + others.flatMap(\.rows) }
        return lines.joined(separator: "\n")
    }
}

extension NoteRecord {
    fileprivate var shown: JSONValue {
        var members: [JSONMember] = [
            JSONMember("id", .string(id)), JSONMember("kind", .string(kind.rawValue)),
            JSONMember("at", .string(Timestamp.text(at))), JSONMember("text", .string(text)),
            JSONMember("author", .string(author)), JSONMember("recorded_at", .string(Timestamp.text(recordedAt))),
            JSONMember("host", .string(host)),
        ]
        if let runID { members.append(JSONMember("run_id", .string(runID.description))) }
        if let dueAt { members.append(JSONMember("due_at", .string(Timestamp.text(dueAt)))) }
        if let linesCounted { members.append(JSONMember("lines_counted", .int(linesCounted))) }
        if let duplicates { members.append(JSONMember("duplicates", .int(duplicates))) }
        return .object(members)
    }

    /// Two lines or more, at most 80 columns.
    fileprivate var rows: [String] {
        [
            "\(id)  \(kind.rawValue.padding(13)) \(StockholmTime.text(at))"
                + (dueAt.map { "  due \(StockholmTime.text($0))" } ?? "")
        ]
            + Words.row("", "\(text) (\(author))".harmless, column: 10)
    }
}
