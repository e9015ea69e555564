// SPDX-License-Identifier: MIT

import Files
import YAML

/// The runbooks of a directory.
struct RunbookShelf {
    let directory: String
    /// By name.
    let books: [RunbookPage]

    /// Reads `<name>.md` of a directory. Throws where there is none, or a book cannot be read.
    init(_ directory: String) throws {
        self.directory = directory
        let names = try FileSystem.list(directory).filter { $0.hasSuffix(".md") && $0 != "README.md" }
        books = try names.map { name in
            let path = FileSystem.join(directory, name)
            let bytes = try FileSystem.read(path, limitBytes: 1 << 20) ?? []
            return RunbookPage(name: String(name.dropLast(3)), path: path, text: String(decoding: bytes, as: UTF8.self))
        }
        guard !books.isEmpty else {
            throw AlarmFileProblem("there are no runbooks in \(directory); name another directory with --runbooks")
        }
    }

    /// The book of that name, or the one that says it is about the alarm of that name.
    func book(_ word: String) -> RunbookPage? {
        let name = word.hasSuffix(".md") ? String(word.dropLast(3)) : word
        return books.first { $0.name == name } ?? books.first { $0.alarms.contains(name) }
    }

    /// What a person who typed `word` most likely meant.
    func nearest(to word: String) -> String? {
        CollectorCLI.nearest(to: word, among: books.map(\.name) + books.flatMap(\.alarms))
    }
}

/// One runbook.
struct RunbookPage {
    let name: String
    let path: String
    /// The file, front matter included.
    let text: String
    /// The alarms its front matter names.
    let alarms: [String]
    /// Its first heading, or its name.
    let title: String
    /// What stands behind the front matter.
    let body: String

    init(name: String, path: String, text: String) {
        self.name = name
        self.path = path
        self.text = text
        let (head, body) = Self.parts(text)
        self.body = body
        // Front matter that is no YAML names no alarms; the check of runbooks tells of it.
        let front = (try? YAMLParser().parse(Array(head.utf8))).flatMap(\.self)
        alarms = (front?["alarms"]?.sequence ?? []).compactMap { $0.scalar?.text }
        let heading = body.split(separator: "\n").first { $0.hasPrefix("# ") }
        title = heading.map { $0.dropFirst(2).trimmed } ?? name
    }

    /// What stands between two lines of three hyphens at the beginning, and the rest.
    private static func parts(_ text: String) -> (head: String, body: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else { return ("", text) }
        let rest = lines[(end + 1)...].drop { $0.isEmpty }
        return (lines[1..<end].joined(separator: "\n"), rest.joined(separator: "\n"))
    }
}
