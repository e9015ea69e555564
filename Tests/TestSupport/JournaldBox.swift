// SPDX-License-Identifier: MIT

import Foundation

/// Runs shell scripts beside a real systemd-journald of their own (`Tests/System/tools/with-journald.sh`).
package enum JournaldBox {
    /// Whether a journald can be started here: needs root and the package systemd.
    package static let isUsable: Bool = {
        // Losing the error is right: whatever keeps a journald from starting, the tests say that they skip.
        guard let result = try? runProgram(wrapper, ["true"]) else { return false }
        return result.status == 0
    }()

    /// The executable `JournalProbe`, built beside the tests.
    package static let probe = builtExecutable("JournalProbe")

    /// Runs `script` by sh with `arguments` as `$1`, `$2`, …; `$JOURNALD_PID` is the daemon.
    package static func run(_ script: String, _ arguments: [String] = []) throws -> ProgramResult {
        try runProgram(wrapper, ["sh", "-c", script, "sh"] + arguments)
    }

    private static let wrapper = packageRoot + "/Tests/System/tools/with-journald.sh"
}

/// What a program that was run to its end left behind.
package struct ProgramResult: Sendable {
    package var status: Int32
    /// What it wrote to standard output.
    package var output: [UInt8]

    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// Runs a program to its end; its standard error is the test's.
package func runProgram(
    _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil
) throws -> ProgramResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let environment { process.environment = environment }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return ProgramResult(status: process.terminationStatus, output: Array(output))
}

/// Path of an executable of this package, which lies beside the one that runs the tests.
package func builtExecutable(_ name: String) -> String {
    // Losing the error is right: where /proc is missing the name alone says what was looked for.
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/" + name
}
