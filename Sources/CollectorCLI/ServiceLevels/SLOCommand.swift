// SPDX-License-Identifier: MIT

import ArgumentParser

/// `slo`: service levels, error budgets and the weekly report.
struct SLOCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slo", abstract: "Service levels: how they stand, the weekly report, what a target would mean",
        discussion: """
            Objectives are files (slos/*.yaml, OpenSLO v1); what was good and what was bad comes from the ledger below \
            state.path, which nothing here changes. Minutes without evidence are unknown, never good.
            """,
        subcommands: [
            SLOStatusCommand.self, SLOReportCommand.self, SLOWhatIfCommand.self, SLOGenerateCommand.self,
        ], defaultSubcommand: SLOStatusCommand.self)
}
