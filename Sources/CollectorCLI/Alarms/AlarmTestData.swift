// SPDX-License-Identifier: MIT

import Alarms
import Files

/// Test files of alarms, read from disk.
enum AlarmTestData {
    /// The file at `path` and the alarms it names, which lie beside it.
    static func file(_ path: String) throws -> AlarmTestFile {
        let bytes = try InputFile.bytes(path, limitBytes: 4 << 20)
        let directory = FileSystem.parent(of: path)
        return try AlarmTestFile(path: path, bytes: bytes) { name in
            let place = name.hasPrefix("/") ? name : FileSystem.join(directory, name)
            // What cannot be read is told with the line that names it.
            return try? InputFile.bytes(place, limitBytes: 4 << 20)
        }
    }

    /// One test of a file: its only one, or the one named.
    static func test(named name: String?, in path: String) throws -> AlarmTestCase {
        let tests = try file(path).tests
        let names = tests.map(\.name)
        if let name {
            if let test = tests.first(where: { $0.name == name }) { return test }
            let hint = nearest(to: name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw AlarmFileProblem("\(path) has no test \"\(name)\"\(hint)")
        }
        guard let test = tests.first, tests.count == 1 else {
            let list = names.map { "\n    \($0)" }.joined()
            throw AlarmFileProblem("\(path) has \(tests.count) tests; name one with --test:\(list)")
        }
        return test
    }
}

/// Why files of alarms, tests or runbooks cannot be used.
struct AlarmFileProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
