// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

/// polisen-report.timer and what it starts, as files. A real systemd tries them in Tests/System/systemd.sh.
@Suite struct ReportTimerTests {
    private static func lines(_ name: String) throws -> [String] {
        try String(contentsOfFile: packageRoot + "/deploy/systemd/" + name, encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    @Test func `it elapses on Monday morning in Stockholm, before nine, and makes up for one it has missed`() throws {
        let timer = try Self.lines("polisen-report.timer")
        let when = try #require(timer.first { $0.hasPrefix("OnCalendar=") })
        let parts = when.dropFirst("OnCalendar=".count).split(separator: " ")
        #expect(parts.first == "Mon" && parts.last == "Europe/Stockholm")
        #expect(parts[2] < "09:00:00")
        #expect(timer.contains("Persistent=true") && timer.contains("WantedBy=timers.target"))
    }

    @Test func `the service delivers, with the sandbox of the collector's own unit`() throws {
        let service = try Self.lines("polisen-report.service")
        #expect(service.contains("ExecStart=/usr/bin/polisen-collector slo report --deliver"))
        let sandbox = try Self.lines("polisen-collector.service").filter {
            [
                "Protect", "Private", "Restrict", "System", "Capability", "NoNew", "Lock", "Memory", "User", "Group",
                "UMask",
            ]
            .contains(where: $0.hasPrefix) && !$0.hasPrefix("MemoryMax") && !$0.hasPrefix("RestrictAddressFamilies")
        }
        #expect(sandbox.count > 12)
        for line in sandbox { #expect(service.contains(line), "polisen-report.service lacks \(line)") }
    }

    @Test func `what is installed below the prefix is what slos.path and alarms.path fall back to`() throws {
        let installer = try String(contentsOfFile: packageRoot + "/Scripts/install.sh", encoding: .utf8)
        for part in ["find alarms slos dashboards", "polisen-report.timer", "polisen-report.service"] {
            #expect(installer.contains(part), "Scripts/install.sh does not install \(part)")
        }
    }
}
