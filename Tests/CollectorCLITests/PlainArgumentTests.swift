// SPDX-License-Identifier: MIT

import ArgumentParser
import FoundationEssentials
import Ledger
import Testing

@testable import CollectorCLI

/// The short way through a command line of `collect`, beside ArgumentParser's.
@Suite struct PlainArgumentTests {
    @Test(
        arguments: [
            [], ["--json"], ["--config", "/etc/x.yaml"], ["--config=/etc/x.yaml", "--json"], ["--config==x"],
            ["--set", "job=a", "--set=log.level=debug"], ["--set", "feed.contact="],
            ["--planned-at", "2026-11-23T07:31:00Z", "--json", "--set", "job=a b=c", "--config", "a b"],
        ])
    func `what is plain means the same to both`(arguments: [String]) throws {
        let plain = try #require(Collecting(plain: ["collect"] + arguments))
        let parsed = try #require(try PolisenCollector.parseAsRoot(["collect"] + arguments) as? CollectCommand)
        #expect(plain.choices.config == parsed.options.config)
        #expect(plain.choices.flags == parsed.options.flags)
        #expect(plain.json == parsed.json)
        #expect(plain.plannedAt == parsed.plannedAt.flatMap(Timestamp.date))
    }

    /// Help, mistakes, flags of keys, and whatever ArgumentParser has rules of its own for.
    @Test(
        arguments: [
            [], ["--help"], ["--version"], ["Collect"], ["runs"], ["--json", "collect"], ["collect", "--help"],
            ["collect", "-h"], ["collect", "--version"], ["collect", "help"], ["collect", "--json", "--json"],
            ["collect", "--json=true"], ["collect", "--config"], ["collect", "--config="], ["collect", "--config", ""],
            ["collect", "--config", "-"], ["collect", "--config", "--json"],
            ["collect", "--config", "a", "--config", "b"],
            ["collect", "--set", "x"], ["collect", "--set", "=x"], ["collect", "--planned-at", "soon"],
            ["collect", "--planned-at", "2026-11-23T07:31:00Z", "--planned-at", "2026-11-23T07:31:00Z"],
            ["collect", "--feed-url", "http://localhost/"], ["collect", "surplus"], ["collect", "--", "--json"],
            ["collect", "---completion"], ["collect", "--no-such-flag", "x"],
        ])
    func `all else is left to ArgumentParser`(arguments: [String]) {
        #expect(Collecting(plain: arguments) == nil)
    }
}
