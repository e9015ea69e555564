// SPDX-License-Identifier: MIT

import Alarms
import Files

/// Files of alarms and of their tests, found by the paths of a command line.
struct AlarmFiles {
    /// Definitions, sorted by name within each directory.
    var definitions: [String] = []
    /// Test files.
    var tests: [String] = []

    static let testSuffix = ".test.yaml"

    /// - Parameters:
    ///   - paths: files and directories; none: the directory `standard`.
    /// - Throws: where a path is neither, or nothing is found.
    init(_ paths: [String], standard: String) throws {
        for path in paths.isEmpty ? [standard] : paths {
            if path.hasSuffix(".json") {
                definitions.append(path)
            } else if Self.isTest(path) {
                tests.append(path)
            } else {
                try add(directory: path)
            }
        }
    }

    private mutating func add(directory: String) throws {
        guard FileSystem.exists(directory) else {
            throw AlarmFileProblem("there is no \(directory); name a directory of alarms with --alarms or alarms.path")
        }
        let names = try FileSystem.list(directory)
        definitions += names.filter { $0.hasSuffix(".json") }.map { FileSystem.join(directory, $0) }
        tests += names.filter(Self.isTest).map { FileSystem.join(directory, $0) }
    }

    private static func isTest(_ name: String) -> Bool {
        [testSuffix, ".test.yml", ".mqltest.yaml", ".mqltest.yml"].contains { name.hasSuffix($0) }
    }

    /// The definitions as the linter takes them. Throws where one cannot be read.
    func lintFiles() throws -> [LintFile] {
        guard !definitions.isEmpty else { throw AlarmFileProblem("there are no alarm definitions (*.json) there") }
        return try definitions.map { path in
            LintFile(path: path, key: Self.key(of: path), bytes: try InputFile.bytes(path, limitBytes: 1 << 20))
        }
    }

    /// Keys of the definitions beside which a test file of their name lies.
    var tested: Set<String> {
        Set(
            definitions.filter { path in
                FileSystem.exists(String(path.dropLast(5)) + Self.testSuffix)
            }.map(Self.key))
    }

    /// A file's name without directory and ending.
    static func key(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.hasSuffix(".json") ? String(name.dropLast(5)) : name
    }
}
