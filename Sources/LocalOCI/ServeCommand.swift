// SPDX-License-Identifier: MIT

import ArgumentParser
import Dispatch
import Files
import FoundationEssentials
import Glibc
import JSON

/// `local-oci serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve everything on one port of 127.0.0.1 until SIGTERM. NOT FOR PRODUCTION.",
        discussion: """
            When ready, one line of JSON on stdout says where everything is; the same stands in DIR/client/endpoints.json, \
            beside an OCI config file and an API key. /local/… takes faults, sets the clock and shows what was received. \
            Alarms are evaluated each minute of the clock; setting it evaluates every minute in between. Webhooks are \
            called on this machine only.
            """)

    @Option(help: ArgumentHelp("Keeps everything; made where missing.", valueName: "dir"))
    var data: String
    @Option(help: "0 picks a free one.")
    var port: UInt16 = 0
    @Option(help: "Seed of the generated feed.")
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("'generated', or a file of captured answers (gzip or not).", valueName: "feed"))
    var feed = "generated"
    @Option(
        help: ArgumentHelp(
            "First instant of the generated feed (default: 2025, or the clock's start where that is earlier).",
            valueName: "time"))
    var start: String?
    @Option(help: ArgumentHelp("2026-01-05T00:00:00Z stands still, …@60x runs fast.", valueName: "time[@60x]"))
    var clock: String?
    @Option(help: ArgumentHelp("Append each request to this file, a line of JSON each.", valueName: "file"))
    var log: String?
    @Flag(name: .customLong("no-verify"), help: "Accept every signature.")
    var acceptsEverything = false

    func run() async throws {
        // A client that hangs up must not end the server, nor a reader of stdout that has gone.
        signal(SIGPIPE, SIG_IGN)
        let cloud = try cloud()
        let listener = try HTTPListener(port: port) { await cloud.answer($0) }
        let endpoints = try cloud.announce(port: listener.port)
        let notice = "local-oci: a toy cloud for demos and tests, NOT FOR PRODUCTION; data in \(data)\n"
        try StandardStream.write(Array(notice.utf8), to: .error)
        try StandardStream.write(endpoints.encoded() + [UInt8(ascii: "\n")], to: .output)
        try await Self.untilTerminated {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await listener.run() }
                group.addTask { try await cloud.run() }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func cloud() throws -> LocalCloud {
        let clock = LocalClock()
        if let text = self.clock {
            guard let setting = LocalClock.parse(text) else {
                throw ValidationError("--clock is an instant such as 2026-01-05T00:00:00Z, or …@60x, not '\(text)'.")
            }
            clock.set(setting.now, rate: setting.rate)
        }
        var options = LocalCloud.Options(directory: data, feed: try choice(now: clock.now))
        options.verifies = !acceptsEverything
        options.log = log
        return try LocalCloud(options, clock: clock)
    }

    private func choice(now: Date) throws -> LocalCloud.FeedChoice {
        guard feed == "generated" else { return .recorded(path: feed) }
        guard let start else { return .generated(seed: seed, start: min(now, FeedGenerator.defaultStart)) }
        guard let date = WireTime.date(rfc3339: start) else {
            throw ValidationError("--start is an instant such as 2026-01-05T00:00:00Z, not '\(start)'.")
        }
        return .generated(seed: seed, start: date)
    }

    /// Runs `body` until it ends or SIGTERM or SIGINT comes.
    private static func untilTerminated(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let (signals, stop) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { stop.yield() }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // The only error is the end of the socket pool; there is nothing left to serve then.
                try? await body()
                stop.yield()
            }
            for await _ in signals.prefix(1) {}
            group.cancelAll()
        }
    }
}
