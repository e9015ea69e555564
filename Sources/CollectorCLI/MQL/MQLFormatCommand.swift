// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import MQL

/// `mql fmt`: the one form of a query.
struct MQLFormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Print queries in their canonical form",
        usage: "polisen-collector mql fmt [<flags>] <query>... | - | --file <path>",
        discussion: """
            Queries that say the same print the same; the tree stays as it is, word for word. A file is printed unless \
            --write puts the form into it.

            Exit codes: 0 ok; 1 with --check: a query is not in its canonical form; 65 a query is refused (nothing is \
            written then), or a file cannot be read; 73 it cannot be written.
            """)

    @OptionGroup var input: QueryInput
    @Flag(help: "Print nothing but the queries that are not in their form, and exit 1 if there are any")
    var check = false
    @Flag(name: [.customShort("w"), .long], help: "Put the form into the files instead of printing it")
    var write = false

    func validate() throws {
        if check, write { throw ValidationError("--check only looks and --write changes: leave one out") }
        if write, input.file.isEmpty || !input.queries.isEmpty || input.file.contains("-") {
            throw ValidationError("--write needs --file, and only files: nothing else can be written to")
        }
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let items: [QueryInput.Item]
        do throws(SourceError) {
            items = try input.items()
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return .badData
        }
        let verdicts = items.map { QueryVerdict($0, as: .metric) }
        let refused = verdicts.filter { $0.query == nil }
        for verdict in refused {
            surroundings.tell(verdict.text(width: HostFacts.terminalWidth(2) ?? 80, isAlone: verdicts.count == 1))
        }
        guard refused.isEmpty else { return .badData }
        if write { return put(verdicts, in: surroundings) }
        let shown = check ? verdicts.filter { $0.query?.canonicalText != $0.item.text } : verdicts
        guard !shown.isEmpty else { return .ok }
        let text = shown.map { verdict in
            let form = verdict.query?.canonicalText ?? ""
            return check ? (verdict.item.origin.map { "\($0): " } ?? "") + form : form
        }
        return surroundings.answer(text.joined(separator: "\n"), status: check ? .badState : .ok)
    }

    /// Replaces each file by its queries' forms, if that changes anything.
    private func put(_ verdicts: [QueryVerdict], in surroundings: Surroundings) -> ExitStatus {
        do throws(FileError) {
            for path in input.file {
                let forms = verdicts.filter { $0.item.file == path }.compactMap { $0.query?.canonicalText }
                let bytes = Array((forms.joined(separator: "\n") + "\n").utf8)
                if try FileSystem.read(path) == bytes { continue }
                try FileSystem.replace(try FileSystem.linkTarget(path), bytes)
                surroundings.tell("formatted \(path)")
            }
            return .ok
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            return error.isForbidden ? .denied : .cannotWrite
        }
    }
}
