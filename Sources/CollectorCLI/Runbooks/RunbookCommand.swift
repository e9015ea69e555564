// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON

/// `runbook`: what to do about an alarm.
struct RunbookCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runbook", abstract: "Print the runbook of an alarm, or list all runbooks",
        usage: "polisen-collector runbook [<name>] [--runbooks <dir>] [--json]",
        discussion: """
            The name is that of a runbook or of an alarm. Runbooks are Markdown; in a pipe they are printed as they are, \
            without the lines at their top that are for programs.

            --json: schema 1; directory; runbooks: an array of name, title, alarms, path; with a name, that one only, and \
            its text.
            Exit codes: 0 ok; 65 there is no such runbook, or no runbooks; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: AlarmPlaceOptions
    @Option(
        help: ArgumentHelp(
            "Directory of runbooks (default: beside the alarms, else ./runbooks if it is there, else "
                + "/usr/share/doc/polisen-collector/runbooks)", valueName: "dir"))
    var runbooks: String?
    @Flag(help: "Answer as JSON") var json = false
    @Argument(help: "A runbook or an alarm") var name: String?

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let shelf: RunbookShelf
        do {
            let configuration = try options.configuration(in: surroundings, for: .reading)
            shelf = try RunbookShelf(
                AlarmPlaces.runbooks(runbooks, besides: place.alarms ?? configuration.alarms.path))
        } catch let error as ConfigurationError {
            surroundings.tell(error.description)
            return .configuration
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return (error as? FileError)?.isForbidden == true ? .denied : .badData
        }
        guard let name else { return surroundings.answer(json ? shelf.json.indented : shelf.table) }
        guard let book = shelf.book(name) else {
            let hint =
                shelf.nearest(to: name).map { "; did you mean \($0)?" } ?? "; `polisen-collector runbook` lists them"
            surroundings.tell("polisen-collector: there is no runbook '\(name)' in \(shelf.directory)\(hint)")
            return .badData
        }
        if json {
            return surroundings.answer(shelf.json(of: [book], extra: [JSONMember("text", .string(book.text))]).indented)
        }
        let isPlain = !HostFacts.isTerminal(1) || surroundings.environment["NO_COLOR"].map { !$0.isEmpty } == true
        return surroundings.answer(isPlain ? book.shown : book.styled)
    }
}

extension RunbookShelf {
    /// For people: a name and a title a line.
    var table: String {
        let width = min(28, (books.map(\.name.count).max() ?? 0) + 2)
        let rows = books.flatMap { Words.row($0.name, $0.title, column: max(width, $0.name.count + 2)) }
        return (rows + ["", "next: polisen-collector runbook <name>"]).joined(separator: "\n")
    }

    /// For programs.
    var json: JSONValue { json(of: books) }

    func json(of books: [RunbookPage], extra: [JSONMember] = []) -> JSONValue {
        let list = books.map { book -> JSONValue in
            let alarms = JSONValue.array(book.alarms.map(JSONValue.string))
            let members = [
                JSONMember("name", .string(book.name)), JSONMember("title", .string(book.title)),
                JSONMember("alarms", alarms), JSONMember("path", .string(book.path)),
            ]
            return .object(members + extra)
        }
        return ["schema": 1, "directory": .string(directory), "runbooks": .array(list)]
    }
}

extension RunbookPage {
    /// As it is, without the front matter and the line feed at its end.
    var shown: String { body.hasSuffix("\n") ? String(body.dropLast()) : body }

    /// The same for a terminal: headings bold, commands set off by colour.
    var styled: String {
        var isCode = false
        return shown.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            if line.hasPrefix("```") {
                isCode.toggle()
                return "\u{1B}[2m\(line)\u{1B}[0m"
            }
            if isCode { return "\u{1B}[36m\(line)\u{1B}[0m" }
            return line.hasPrefix("#") ? "\u{1B}[1m\(line)\u{1B}[0m" : String(line)
        }.joined(separator: "\n")
    }
}
