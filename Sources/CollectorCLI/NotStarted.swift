// SPDX-License-Identifier: MIT

import Files
import Ledger

/// Why a command that `exec` was given could not be started.
struct NotStarted: Sendable, Hashable {
    let type: String
    let message: String
    /// 127: there is no such command; 126: there is one that cannot be run. As shells say.
    let exitCode: Int32

    /// - Parameters:
    ///   - command: what was to be started, with its arguments.
    ///   - path: `PATH`.
    init(_ error: FileError, _ command: [String], path: String?) {
        let program = command.first ?? ""
        if program.isEmpty {
            self.init(missing: "the command's name is empty: write the program behind --")
        } else if !error.isMissing {
            self.init(unusable: "\(error): check that it is a program, or a script that begins with #!")
        } else if let file = Self.file(program, path) {
            // execve(2) says the same of a file that is not there and of an interpreter that is not.
            let interpreter = Self.interpreter(of: file).map { "the interpreter \($0) that its first line names" }
            self.init(
                unusable: "\(file) cannot be run: \(interpreter ?? "the loader or library it needs") is not there: "
                    + "install it, or correct the file")
        } else {
            self.init(missing: "there is no command '\(program)': check its name and PATH")
        }
    }

    private init(missing message: String) { (type, self.message, exitCode) = ("exec_not_found", message, 127) }
    private init(unusable message: String) { (type, self.message, exitCode) = ("exec_not_executable", message, 126) }

    var record: RunRecord.Failure {
        RunRecord.Failure(type: type, message: message, stage: nil, exitCode: Int(exitCode))
    }

    /// The file that `program` names.
    private static func file(_ program: String, _ path: String?) -> String? {
        if program.contains("/") { return FileSystem.exists(program) ? program : nil }
        let directories = (path ?? "/bin:/usr/bin").split(separator: ":")
        return directories.map { FileSystem.join(String($0), program) }.first(where: FileSystem.exists)
    }

    /// What stands behind `#!`; nil for no script, or one that cannot be read.
    private static func interpreter(of file: String) -> String? {
        guard let bytes = try? FileSystem.read(file, limitBytes: 16 << 20), bytes.starts(with: "#!".utf8) else {
            return nil
        }
        let line = bytes.dropFirst(2).prefix(256).prefix { $0 != 0x0A }
        return String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
