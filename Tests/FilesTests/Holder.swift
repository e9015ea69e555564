// SPDX-License-Identifier: MIT

import Foundation

/// A shell in a mount namespace of its own that ran a script and waits, so that its mounts can be used from outside.
final class Holder {
    /// Prefix under which the namespace's files are seen.
    let root: String
    let isReady: Bool
    private let process = Process()
    private let input = Pipe()

    init(script: String, argument: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        let whole = "(\(script)) >/dev/null 2>&1; test $? -ne 99 && echo ready; read -r _"
        process.arguments = ["--mount", "--propagation", "private", "sh", "-c", whole, "sh", argument]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        root = "/proc/\(process.processIdentifier)/root"
        // Ends at the first word of the script, or at its end where it failed.
        isReady = output.fileHandleForReading.availableData.starts(with: Data("ready".utf8))
    }

    /// Lets the shell end.
    func end() {
        // Losing the error is right: the shell ends with the test at the latest.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
