// SPDX-License-Identifier: MIT

import ArgumentParser
import Files

/// Queries of the command line, of standard input and of files.
struct QueryInput: ParsableArguments {
    @Argument(help: "Queries, each in quotes; - reads one from standard input")
    var queries: [String] = []

    @Option(
        name: [.customShort("f"), .long],
        help: ArgumentHelp("Read a query from this file; may be given several times", valueName: "path"))
    var file: [String] = []

    @Flag(help: "Each line of - and of a file is a query of its own; empty ones are left out")
    var lines = false

    func validate() throws {
        if queries.isEmpty, file.isEmpty {
            throw ValidationError("there is no query: give one in quotes, - for standard input, or --file <path>")
        }
    }

    /// One query and where it comes from.
    struct Item: Sendable, Hashable {
        let text: String
        /// `line 3 of queries.txt`, `standard input`; nil: the command line.
        let origin: String?
        /// The file as named; nil where it is none.
        let file: String?
    }

    /// The queries in the order given: arguments first, then files.
    func items() throws(SourceError) -> [Item] {
        var items: [Item] = []
        for query in queries {
            items += query == "-" ? try read("-") : [Item(text: Self.unguarded(query), origin: nil, file: nil)]
        }
        for path in file { items += try read(path) }
        return items
    }

    /// The arguments of a command line, where a query of `mql` that begins with a minus is not taken for a flag: a blank
    /// stands in front of it.
    static func withDashes(_ arguments: [String]) -> [String] {
        guard arguments.first == "mql" else { return arguments }
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { isQuery($0) ? " " + $0 : $0 } + arguments[end...]
    }

    /// The query as it was given to the command line.
    static func unguarded(_ query: String) -> String {
        query.hasPrefix(" ") && isQuery(String(query.dropFirst())) ? String(query.dropFirst()) : query
    }

    /// No flag has a bracket in it, unless behind `=`.
    private static func isQuery(_ argument: String) -> Bool {
        argument.hasPrefix("-") && argument.prefix { $0 != "=" }.contains("[")
    }

    /// More than the language takes, so that it can say itself what is too long.
    private static let limitBytes = 16 << 20

    private func read(_ path: String) throws(SourceError) -> [Item] {
        let name = path == "-" ? "standard input" : path
        let file = path == "-" ? nil : path
        guard lines else {
            let text = String(decoding: try InputFile.bytes(path, limitBytes: Self.limitBytes), as: UTF8.self)
            return [Item(text: text.withoutLineBreaksAtEnd, origin: name, file: file)]
        }
        var source = try LineSource(path, limitBytes: Self.limitBytes)
        var items: [Item] = []
        while let line = try source.next() {
            let text = String(decoding: line, as: UTF8.self).withoutLineBreaksAtEnd
            if text.trimmed.isEmpty { continue }
            items.append(Item(text: text, origin: "line \(source.lineNumber) of \(name)", file: file))
        }
        return items
    }
}

extension String {
    fileprivate var withoutLineBreaksAtEnd: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
