// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import CollectorCLI

/// What people read fits a terminal of 80 columns.
@Suite struct WidthTests {
    private static func wide(_ text: String) -> [Substring] {
        text.split(separator: "\n" as Character).filter { $0.count > 80 }
    }

    @Test func `every command's help fits`() {
        let commands: [any ParsableCommand.Type] = [
            CollectCommand.self, ReplayCommand.self, FreshnessCommand.self, StatusCommand.self, RunsList.self,
            RunsShow.self, ExplainCommand.self, DoctorCommand.self, HealthCommand.self, ExecCommand.self,
            ReportFailureCommand.self, MetricsFlush.self, MQLCheckCommand.self, MQLFormatCommand.self,
            MQLEvalCommand.self, AlarmsLintCommand.self, RunbookCommand.self, MetricsCatalogue.self,
            AlarmsTestCommand.self, AlarmsBacktestCommand.self, AlarmsPlanCommand.self, AlarmsDiffCommand.self,
            AlarmsApplyCommand.self, AlarmsExportCommand.self, AlarmsWatchCommand.self, AlarmsDrillCommand.self,
            MaintenanceCommand.self, MaintenanceStart.self, MaintenanceEnd.self, MaintenanceList.self,
            AnnotateCommand.self,
        ]
        for command in commands { #expect(Self.wide(command.helpMessage(columns: 80)) == [], "\(command)") }
    }

    @Test(arguments: [0.42, 119.98, 3_725.5])
    func `a row of runs list fits, however long the run and its story`(seconds: Double) throws {
        try withTemporaryDirectory { state in
            var record = StandingTests.run(.success, 5)
            record = RunRecord(
                runID: record.runID, job: "polisen", environment: "test", command: .collect,
                startedAt: record.startedAt, endedAt: record.startedAt.addingTimeInterval(seconds), outcome: .success,
                version: "1", configSHA: "aa", host: "h")
            (record.counts.returned, record.counts.new, record.counts.revised) = (500, 123_456, 123_456)
            var failed = StandingTests.run(.failed, 15, type: "oci_credential_federation_of_some_length")
            failed.endedAt = failed.startedAt.addingTimeInterval(seconds)
            try RunLedger(statePath: state).append([failed, record])
            let desk = Desk()
            #expect(try RunsList.quick(["--state-path", state]).run(in: desk.surroundings) == .ok)
            #expect(desk.output.split(separator: "\n" as Character).count == 2)
            #expect(Self.wide(desk.output) == [])
        }
    }
}
