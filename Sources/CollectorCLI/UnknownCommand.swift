// SPDX-License-Identifier: MIT

import ArgumentParser

/// A word where the name of a command should stand; ArgumentParser calls it an unexpected argument.
struct UnknownCommand: Error, CustomStringConvertible {
    let word: String
    /// The commands before it, such as `archive`.
    let path: [String]
    let known: [String]

    /// nil where all words that should be commands are.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
        var (command, path): (any ParsableCommand.Type, [String]) = (root, [])
        for word in arguments {
            let subcommands = command.configuration.subcommands
            if let next = subcommands.first(where: { $0._commandName == word }) {
                (command, path) = (next, path + [word])
                continue
            }
            let names = subcommands.map { $0._commandName }
            // Whoever has a default may take words of other kinds.
            let isOpen = command.configuration.defaultSubcommand != nil && nearest(to: word, among: names) == nil
            guard !subcommands.isEmpty, !isOpen, !word.hasPrefix("-"), word != "help" || !path.isEmpty else {
                return nil
            }
            self.init(word: word, path: path, known: names)
            return
        }
        return nil
    }

    private init(word: String, path: [String], known: [String]) {
        (self.word, self.path, self.known) = (word, path, known)
    }

    var description: String {
        let program = (["polisen-collector"] + path).joined(separator: " ")
        let hint = nearest(to: word, among: known).map { "; did you mean \($0)?" } ?? ""
        return "\(program) has no command '\(word)'\(hint)\n"
            + wrapped("there are: " + known.joined(separator: ", "), width: 80, indent: 4).joined(separator: "\n")
    }
}
