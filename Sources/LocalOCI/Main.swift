// SPDX-License-Identifier: MIT

import ArgumentParser

@main
struct LocalOCICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "local-oci",
        abstract: "A small Oracle Cloud on loopback, for demos, tests and development. NOT FOR PRODUCTION.",
        discussion: """
            Object Storage, Monitoring with alarms, secrets, Notifications, instance metadata, federation and a made-up \
            feed of police events, all on one port of 127.0.0.1 over plain HTTP. Signatures are verified for real; everything else is \
            as simple as a test needs it. Data in its directory is not protected by anything.
            """,
        subcommands: [ServeCommand.self, FeedCommand.self])
}
