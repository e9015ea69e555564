// SPDX-License-Identifier: MIT

import ArgumentParser
import Testing

@testable import CollectorCLI

/// Swift Testing has a type of this name, too.
private typealias ExitStatus = CollectorCLI.ExitStatus

@Suite struct ExitStatusTests {
    @Test func `the codes are those of the design`() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 69, 73, 75, 77, 78])
    }

    @Test func `help explains every code on a line of its own`() {
        let lines = ExitStatus.helpText.split(separator: "\n" as Character)
        #expect(lines.count == ExitStatus.allCases.count + 1)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.contains("  78  the configuration is wrong"))
        #expect(lines.contains("   0  ok"))
    }

    @Test(arguments: CollectorCLI.ExitStatus.allCases)
    fileprivate func `a command ends the process with its code and without words`(status: ExitStatus) {
        guard status != .ok else {
            #expect(throws: Never.self) { try status.orThrow() }
            return
        }
        let error = #expect(throws: ExitCode.self) { try status.orThrow() }
        #expect(error?.rawValue == status.rawValue)
        #expect(error.map { ConfigShow.exitCode(for: $0).rawValue } == status.rawValue)
        #expect(error.map { ConfigShow.fullMessage(for: $0) } == "")
    }
}
