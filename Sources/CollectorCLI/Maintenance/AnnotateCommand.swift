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
            polisen-collector annotate <text> [--at <time>] [--action] [--json] [<flags>]
                   polisen-collector annotate --done <id> [<text>] [--json] [<flags>]
                   polisen-collector annotate --list [--json] [<flags>]
            """,
        discussion: """
            A note stands in the report of its time beside the incidents. --action: something that somebody is to do; it \
            stands in every report until --done names its id. Times are read as RFC 3339 (2026-11-23T08:00:00Z) or as \
            clocks in Sweden show them ('2026-11-23 09:00'). --list: open actions, then the newest 20 of the others.

            Example: polisen-collector annotate --action 'ask the police why the feed was empty' --at '2026-11-23 09:00'

            --json: schema 1; note: id, kind (note, action, done, verification), at, text, author, recorded_at, host; of \
            verification also lines_counted and duplicates. With --list: actions and notes, arrays of such.
            Exit codes: 0 done; 64 wrong command line; 65 no such action is open; 73 the ledger cannot be written; 75 \
            another command is writing; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: ArgumentHelp("What there is to say", valueName: "text")) var text: String?
    @Option(help: ArgumentHelp("What time it is about (default: now)", valueName: "time")) var at: String?
    @Flag(help: "Something to be done") var action = false
    @Option(help: ArgumentHelp("The action of this id is done", valueName: "id")) var done: String?
    @Flag(help: "List open actions and notes") var list = false
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        if list {
            guard text == nil, at == nil, !action, done == nil else {
                throw ValidationError("--list writes nothing down: leave the rest out")
            }
            return
        }
        if done != nil, action { throw ValidationError("--done ends an action, --action begins one: leave one out") }
        if text == nil, done == nil { throw ValidationError("say what there is to note, in quotes") }
        if let text, Sentence.read(text) == nil {
            throw ValidationError("a note needs 1 to \(Sentence.limit) characters")
        }
        _ = try WrittenTime.parse(at, "--at")
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
        // Checked by `validate`.
        let date = (try? WrittenTime.parse(at, "--at")) ?? desk.now
        let words = text.flatMap(Sentence.read)
        guard let done = done?.lowercased() else {
            var random = SystemRandomNumberGenerator()
            return desk.note(book.newID(using: &random), action ? .action : .note, words ?? "", at: date)
        }
        let open = book.openActions
        guard let found = open.first(where: { $0.id == done }) else {
            desk.surroundings.complain("no action '\(done)' is open\(open.isEmpty ? "" : "; these are:")")
            if !open.isEmpty { desk.surroundings.tell(open.flatMap(\.rows).joined(separator: "\n")) }
            throw .badData
        }
        return desk.note(found.id, .done, words ?? "done: \(found.text)", at: date)
    }

    private func shown(_ note: NoteRecord) -> JSONValue { ["schema": 1, "note": note.shown] }

    private func told(_ note: NoteRecord) -> String {
        var lines = ["\(note.kind.rawValue) \(note.id)"] + Words.row("at", WrittenTime.text(note.at))
        lines += Words.row("text", note.text)
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
        if let linesCounted { members.append(JSONMember("lines_counted", .int(linesCounted))) }
        if let duplicates { members.append(JSONMember("duplicates", .int(duplicates))) }
        return .object(members)
    }

    /// Two lines or more, at most 80 columns.
    fileprivate var rows: [String] {
        ["\(id)  \(kind.rawValue.padding(13)) \(StockholmTime.text(at))"]
            + Words.row("", "\(text) (\(author))", column: 10)
    }
}
