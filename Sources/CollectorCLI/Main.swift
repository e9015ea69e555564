// SPDX-License-Identifier: MIT

import ArgumentParser

@main
struct PolisenCollector: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "polisen-collector")
}
