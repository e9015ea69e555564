// SPDX-License-Identifier: MIT

import ArgumentParser

/// `dashboards`: what people look at.
struct DashboardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboards", abstract: "Draw the dashboards without a cloud; check and generate their files",
        subcommands: [DashboardsRenderCommand.self, DashboardsCheckCommand.self, DashboardsGenerateCommand.self])
}

extension Surroundings {
    /// Tells what is wrong with dashboards, and how the program ends for it.
    func failedDashboards(_ error: any Error) -> ExitStatus {
        if let error = error as? ConfigurationError {
            tell(error.description)
            return .configuration
        }
        if let error = error as? DashboardError {
            for problem in error.problems { tell("\(problem)") }
            return .badData
        }
        return failed(error)
    }
}
