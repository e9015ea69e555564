// SPDX-License-Identifier: MIT

import ArgumentParser

/// `alarms`: alarm definitions as tested code.
struct AlarmsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "Check, test and try the alarms",
        subcommands: [
            AlarmsLintCommand.self, AlarmsTestCommand.self, AlarmsBacktestCommand.self, AlarmsPlanCommand.self,
            AlarmsDiffCommand.self, AlarmsApplyCommand.self, AlarmsExportCommand.self, AlarmsWatchCommand.self,
            AlarmsDrillCommand.self,
        ])
}
