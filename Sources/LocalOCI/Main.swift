// SPDX-License-Identifier: MIT

import ArgumentParser

@main
struct LocalOCICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "local-oci")
}
