// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What can go wrong on the host itself: disks, files of state and archive, the clock, the configuration.
@Suite struct EndToEndStateTests {
    /// Whether a mount namespace of one's own can be had: needs root and util-linux.
    static let canMount: Bool = {
        // Losing the error is right: whatever keeps a mount from being made, the tests say that they skip.
        guard let unshare = ToolProcess.path(of: "unshare") else { return false }
        let script = "mount -t tmpfs none /mnt"
        return (try? runProgram(unshare, ["-m", "sh", "-c", script]))?.status == 0
    }()

    /// `unshare` with a script before the program; `$1` is the directory.
    static func mounted(_ script: String, on directory: String) -> [String] {
        [
            ToolProcess.path(of: "unshare") ?? "unshare", "-m", "sh", "-c", script + #"; shift; exec "$@""#, "sh",
            directory,
        ]
    }

    private static let full = #"mount -t tmpfs -o size=4k none "$1" && head -c 4096 /dev/zero > "$1/.ballast""#
    static let readOnly = #"mount --bind "$1" "$1" && mount -o remount,ro,bind "$1""#

    static let disks: [(script: String, type: String, says: String)] = [
        (full, "disk_full", "free space on its file system"),
        (readOnly, "read_only", "remount its file system writable"),
    ]

    /// A pipe that nobody reads any more, and a full disk, as standard output.
    @Test(arguments: [
        #"mkfifo "$0" && exec 3<>"$0" >"$0" 3<&- && exec "$@""#, #"exec "$@" >/dev/full"#,
    ])
    func `a run that stored everything succeeded, whoever reads its line`(script: String) async throws {
        try await EndToEndHost.use { host in
            let wrapper = ["/bin/sh", "-c", script]
            try await EndToEndFeed().serve { feed in
                let ended = try await host.collect(feed, inside: wrapper + [host.root + "/one"])
                #expect(ended.status == 0 && ended.output.isEmpty)
            }
            #expect(try host.records().map(\.outcome) == [.success])
            #expect(try await !host.storedEvents().isEmpty)
            // Others have nothing but their answer; they fail, and are not killed.
            let listing = try await host.run(
                ["runs", "list", "--state-path", host.state], inside: wrapper + [host.root + "/two"])
            #expect(listing.status == 73)
        }
    }

    @Test(.enabled(if: canMount, "needs root and unshare(1)"), arguments: disks)
    func `an archive that cannot be written is told, and filled by the next run`(
        disk: (script: String, type: String, says: String)
    ) async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.archive)
            try await EndToEndFeed().serve { feed in
                let ended = try await host.collect(feed, inside: Self.mounted(disk.script, on: host.archive))
                try expectEnd(ended, ExpectedEnd(status: 73, type: disk.type, says: disk.says), on: host)
            }
            try await expectRecovery(of: host)
            #expect(try FileSystem.walk(host.archive + "/runs").count == 2)
        }
    }

    @Test(.enabled(if: canMount, "needs root and unshare(1)"), arguments: disks)
    func `a state directory that cannot be written is told, and the feed is not asked`(
        disk: (script: String, type: String, says: String)
    ) async throws {
        try await EndToEndHost.use { host in
            try FileSystem.makeDirectories(host.state)
            try await withFaultServer(EndToEndFeed().script()) { server in
                let ended = try await host.collect(
                    "http://\(server.authority)/", inside: Self.mounted(disk.script, on: host.state))
                #expect(ended.status == 73)
                try expectTold(ended, ExpectedEnd(status: 73, type: disk.type, says: disk.says))
                #expect(server.requestCount == 0)
            }
            try await expectRecovery(of: host, records: 1)
        }
    }

    @Test func `a state directory that is a file is told`() async throws {
        try await EndToEndHost.use { host in
            try FileSystem.replace(host.state, [])
            let ended = try await host.collect("http://127.0.0.1:1/")
            #expect(ended.status == 73)
            try expectTold(ended, ExpectedEnd(status: 73, type: "file_error", says: "check what stands there"))
            try FileSystem.remove(host.state)
            try await expectRecovery(of: host, records: 1)
        }
    }

    @Test func `a torn line of the ledger stays alone and is told by runs`() async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                #expect(try await host.collect(feed, deadline: "30s").status == 0)
                let file = try #require(try RunLedger(statePath: host.state).files().last)
                let whole = try #require(try FileSystem.read(file))
                try FileSystem.replace(file, whole + whole.prefix(whole.count / 2))
                #expect(try await host.collect(feed, deadline: "30s").status == 0)
            }
            let reading = try RunLedger(statePath: host.state).last(.max)
            #expect(reading.runs.map(\.outcome) == [.success, .success] && reading.damaged.map(\.line) == [2])
            let told = try await host.run(["runs", "list", "--state-path", host.state])
            #expect(told.status == 0 && told.errors.contains("line 2 of "))
        }
    }

    @Test func `a corrupt index shard is made again, kept as evidence, and nothing is stored twice`() async throws {
        try await EndToEndHost.use { host in
            let now = Date()
            let feed = EndToEndFeed(before: now)
            try await feed.serve { url in
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 0, "\(ended.errors)")
            }
            let shards = try FileSystem.walk(host.archive + "/index/shards")
            #expect(!shards.isEmpty)
            for shard in shards { try FileSystem.replace("\(host.archive)/index/shards/\(shard)", [0x7B, 0xFF, 0x0A]) }
            let more = EndToEndFeed(before: now, count: 41)
            try await more.serve { url in
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(ended.log.contains { $0["error.type"]?.string == "index_shard_damaged" })
            }
            #expect(try host.records().last?.counts.new == 1)
            #expect(try await host.storedEvents() == more.events.sorted())
            #expect(try FileSystem.walk(host.archive + "/index/damaged").count == shards.count)
        }
    }

    @Test func `a head of a later schema is told, and nothing is written`() async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            try await feed.serve { url in
                #expect(try await host.collect(url, deadline: "30s").status == 0)
                let path = host.archive + "/index/head"
                let whole = try #require(try FileSystem.read(path))
                try FileSystem.replace(path, Array(#"{"schema":99,"commit":1}"#.utf8))
                let end = ExpectedEnd(status: 78, type: "archive_newer", says: "upgrade it")
                try expectEnd(try await host.collect(url), end, on: host, records: 2)
                try FileSystem.replace(path, whole)
                #expect(try await host.collect(url, deadline: "30s").status == 0)
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }

    @Test(arguments: ["{\"schema\":1,", #"{"schema":1,"commit":99}"#])
    func `a head that cannot be is told, mended, and nothing is stored twice`(head: String) async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            try await feed.serve { url in
                #expect(try await host.collect(url, deadline: "30s").status == 0)
                let path = host.archive + "/index/head"
                let whole = try #require(try FileSystem.read(path))
                try FileSystem.replace(path, Array(head.utf8))
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(ended.log.contains { $0["error.type"]?.string == "archive_head_damaged" })
                #expect(try FileSystem.read(path) == whole)
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }

    @Test func `a folder that holds something else is left alone`() async throws {
        try await EndToEndHost.use { host in
            try FileSystem.replace(host.archive + "/holiday.jpg", [1, 2, 3])
            try await EndToEndFeed().serve { url in
                let end = ExpectedEnd(status: 78, type: "archive_foreign", says: "name an empty place")
                try expectEnd(try await host.collect(url), end, on: host)
            }
            #expect(try FileSystem.walk(host.archive) == ["holiday.jpg"])
        }
    }

    @Test func `a run beside another is skipped`() async throws {
        try await EndToEndHost.use { host in
            let lock = try #require(try FileLock.tryAcquire(host.state + "/lock"))
            try await withFaultServer(EndToEndFeed().script()) { server in
                let ended = try await host.collect("http://\(server.authority)/")
                let end = ExpectedEnd(status: 75, type: "locked", says: "left to finish", outcome: .skipped)
                try expectEnd(ended, end, on: host)
                #expect(server.requestCount == 0)
            }
            lock.release()
            try await expectRecovery(of: host)
        }
    }

    @Test func `a clock set back an hour costs one spacing of calls and no event`() async throws {
        try await EndToEndHost.use { host in
            let now = Date()
            let feeds = [EndToEndFeed(before: now), EndToEndFeed(before: now, count: 41)]
            for (feed, shift) in zip(feeds, [0.0, -3_600]) {
                let clock = Timestamp.text(now + shift).prefix(19) + "Z@20x"
                try await feed.serve { url in
                    let ended = try await host.collect(
                        url, deadline: "600s", limits: "polisen", environment: ["POLISEN_CLOCK": String(clock)])
                    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
                    let waits = ended.log.count { $0["wait"] != nil }
                    #expect(waits == (shift < 0 ? 1 : 0), "\(ended.errors)")
                }
            }
            #expect(try host.records().map(\.counts.new) == [40, 1])
            #expect(try await host.storedEvents() == feeds[1].events.sorted())
        }
    }

    static let configurations: [(arguments: [String], file: String?, says: String)] = [
        ([], nil, "feed.contact: is not set"),
        (["--feed-url", "ftp://127.0.0.1/"], nil, "must begin with https://"),
        (["--feed-url", "https://127.0.0.1/", "--run-deadline", "soon"], nil, "run.deadline"),
        (["--config", "/nowhere/config.yaml"], nil, "/nowhere/config.yaml"),
        ([], "feed: {url: 'https://127.0.0.1/', timeot: 3s}\n", "did you mean feed.timeout"),
        ([], "feed: [\n", "config.yaml:"),
    ]

    @Test(arguments: configurations)
    func `a configuration that is wrong or missing is told before anything is done`(
        arguments: [String], file: String?, says: String
    ) async throws {
        try await EndToEndHost.use { host in
            let path = host.root + "/config.yaml"
            if let file { try FileSystem.replace(path, Array(file.utf8)) }
            let named = file == nil ? [] : ["--config", path]
            let ended = try await host.run(["collect", "--state-path", host.state] + arguments + named)
            #expect(ended.status == 78)
            #expect(ended.output.isEmpty)
            let words = ended.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(words.contains(says), "\(ended.errors)")
            #expect(words.contains("failed (configuration): nothing was done"), "\(ended.errors)")
            #expect(!FileSystem.exists(host.state))
        }
    }

    @Test func `on a terminal the outcome keeps to the terminal's columns`() async throws {
        guard let script = ToolProcess.path(of: "script") else { return }
        try await EndToEndHost.use { host in
            let program = builtExecutable("polisen-collector")
            let command =
                "stty columns 80; \(program) collect --feed-url http://127.0.0.1:1/ --state-path \(host.state) "
                + "--archive-path \(host.archive) --run-deadline 1s --log-target json 2>/dev/null"
            let ended = try runProgram(script, ["-qec", command, "/dev/null"])
            #expect(ended.status == 69)
            let lines = ended.text.split(separator: "\r\n")
            #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 80 }, "\(ended.text)")
            #expect(lines.first?.hasPrefix("failed (feed_connect): ") == true)
        }
    }
}
