// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import TestSupport
import Testing

/// `slo status`, `whatif` and `generate`, as the built program.
@Suite struct SLOCommandTests {
    @Test func `status says the verdict, a line for each objective and the next command, at most 80 columns`()
        async throws
    {
        try await SLOHost.use(.outage) { slo in
            let ended = try await slo.run(["slo"])
            #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
            let lines = ended.output.split(separator: "\n")
            #expect(lines[0].hasPrefix("stop — "))
            #expect(lines.last == "next         polisen-collector slo report --since 7d")
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(ended.output)")
            #expect(lines.contains { $0.hasPrefix("freshness ") && $0.hasSuffix("stop") })
            #expect(lines.contains { $0.hasPrefix("duplicates ") && $0.hasSuffix("reported") })
        }
    }

    @Test func `status as JSON adds up, and knows null`() async throws {
        try await SLOHost.use(.outage) { slo in
            let json = try await slo.run(["slo", "status", "--json"]).json()
            #expect(json["verdict"] == "stop" && json["as_of"] == "2026-11-23T08:00:00.000Z")
            let objectives = json["objectives"]?.array ?? []
            let runs = try #require(objectives.first { $0["name"] == "run-success" })
            #expect(runs["bad"] == 72 && runs["good"] == .int(28 * 48 - 72))
            let freshness = try #require(objectives.first { $0["name"] == "freshness" })
            let parts = ["good", "bad", "unknown", "excluded"].compactMap { freshness[$0]?.int }
            #expect(parts.reduce(0, +) == 28 * 1_440)
            #expect(objectives.first { $0["name"] == "duplicates" }?["attainment"] == .null)
        }
    }

    @Test func `status of an earlier instant leaves out what came later`() async throws {
        try await SLOHost.use(.outage) { slo in
            let json = try await slo.run(["slo", "status", "--json", "--as-of", "2026-11-16"]).json()
            #expect(json["verdict"] == "go" && json["as_of"] == "2026-11-15T23:00:00.000Z")
        }
    }

    @Test(arguments: [["status"], ["report"], ["report", "--check"], ["whatif", "--target", "99"]])
    func `an empty state directory is unknown, and exits 1`(words: [String]) async throws {
        try await SLOHost.use(.none) { slo in
            let ended = try await slo.run(["slo"] + words)
            #expect(ended.status == 1 && ended.output.isEmpty)
            #expect(ended.errors.hasPrefix("unknown: no run is recorded below "), "\(ended.errors)")
            #expect(!FileSystem.exists(slo.host.state), "a command that reads has made something")
        }
    }

    @Test func `objectives that are not there or broken exit 65, with every problem and its place`() async throws {
        try await SLOHost.use(.good) { slo in
            let place = slo.host.root + "/own"
            let gone = try await slo.run(["slo", "status", "--slos", place])
            #expect(gone.status == 65 && gone.errors.contains("there is no \(place)"))
            for name in ["a", "b"] {
                try FileSystem.replace("\(place)/\(name).yaml", Array("apiVersion: openslo/v2\nkind: SLO\n".utf8))
            }
            for words in [["status"], ["report"], ["generate", "--check"]] {
                let broken = try await slo.run(["slo"] + words + ["--slos", place])
                #expect(broken.status == 65, "\(words)")
                #expect(broken.errors.contains("a.yaml:1:") && broken.errors.contains("b.yaml:1:"), "\(broken.errors)")
            }
        }
    }

    @Test func `a ledger that cannot be read exits 65, and its file is named`() async throws {
        try await SLOHost.use(.good) { slo in
            // A directory in place of a file cannot be read by root either.
            let file = slo.host.state + "/ledger/runs-2026-11.jsonl"
            try FileSystem.remove(file)
            try FileSystem.makeDirectories(file)
            let ended = try await slo.run(["slo", "status"])
            #expect(ended.status == 65 && ended.errors.contains("the ledger cannot be read"), "\(ended.errors)")
        }
    }

    @Test func `whatif holds the same evidence against another target`() async throws {
        try await SLOHost.use(.outage) { slo in
            let words = ["slo", "whatif", "--target", "90", "--slo", "run-success"]
            let ended = try await slo.run(words)
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.output.hasPrefix("Run success: a target of 90 % instead of 98 %"), "\(ended.output)")
            #expect(ended.output.contains("after 8 failures"), "\(ended.output)")
            let json = try await slo.run(words + ["--json"]).json()
            let objective = try #require(json["objectives"]?.array?.first)
            #expect(objective["now"]?["verdict"] == "stop" && objective["then"]?["verdict"] == "go")
            #expect(objective["now"]?["spent"] == 72 && objective["then"]?["spent"] == 72)
            #expect(objective["then"]?["allowed"]?.double.map { abs($0 - 134.4) < 1e-6 } == true)
        }
    }

    @Test(arguments: [
        ["--target", "100"], ["--target", "0"], ["--target", "-1"], ["--target", "99.99999"], ["--target", "x"], [],
        ["--target", "99", "--slo", "freshnes"], ["--target", "99", "--as-of", "2026-13-01"],
    ])
    func `whatif refuses what makes no sense`(words: [String]) async throws {
        try await SLOHost.use(.good) { slo in
            let ended = try await slo.run(["slo", "whatif"] + words)
            #expect(ended.status == 64 && ended.output.isEmpty, "\(ended.errors)")
        }
    }

    @Test func `generate writes once, then nothing; --check tells what differs and what is missing`() async throws {
        try await SLOHost.use(.none) { slo in
            let place = slo.host.root + "/alarms"
            let words = ["slo", "generate", "-o", place]
            let missing = try await slo.run(words + ["--check"])
            #expect(missing.status == 1 && missing.output.contains("missing  \(place)/"), "\(missing.output)")
            #expect(!FileSystem.exists(place))
            #expect(try await slo.run(words).status == 0)
            #expect(try await slo.run(words).output.hasPrefix("0 files written, "))
            #expect(try await slo.run(words + ["--check"]).status == 0)
            let changed = try #require(try FileSystem.walk(place).first { $0.hasSuffix(".json") })
            try FileSystem.append("\(place)/\(changed)", [0x0A])
            let differs = try await slo.run(words + ["--check"])
            #expect(differs.status == 1 && differs.output.contains("differs  \(place)/\(changed)"))
            let linted = try await slo.run(["alarms", "lint", "--alarms", place])
            #expect(linted.status == 0, "\(linted.output)\(linted.errors)")
        }
    }

    @Test func `generate where no directory can be made says so`() async throws {
        try await SLOHost.use(.none) { slo in
            let ended = try await slo.run(["slo", "generate", "-o", "/proc/none"])
            #expect(ended.status == 73 && ended.errors.contains("/proc/none"), "\(ended.errors)")
        }
    }

    @Test func `the repository's alarms are what its objectives say`() async throws {
        try await SLOHost.use(.none) { slo in
            let ended = try await slo.run(["slo", "generate", "--check"])
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
        }
    }

    @Test func `status of the collector has a line on the budget`() async throws {
        try await SLOHost.use(.outage) { slo in
            let text = try await slo.run(["status"])
            #expect(text.output.contains("\nbudget       freshness: −"), "\(text.output)")
            let budget = try await slo.run(["status", "--json"]).json()["budget"]
            #expect(budget?["known"] == true && budget?["verdict"] == "stop" && budget?["window"] == "28 d")
            let broken = try await slo.run(["status"], ["POLISEN_SLOS_PATH": slo.host.root + "/none"])
            #expect(broken.output.contains("\nbudget       not known: there is no"), "\(broken.output)")
        }
    }

    @Test func `doctor examines the objectives`() async throws {
        try await SLOHost.use(.good) { slo in
            let words = ["doctor", "--json"]
            func finding(_ ended: EndedProgram) throws -> JSONValue? {
                try ended.json()["checks"]?.array?.first { $0["check"] == "objectives" }
            }
            #expect(try finding(await slo.run(words))?["result"] == "ok")
            let broken = try await slo.run(words, ["POLISEN_SLOS_PATH": slo.host.root])
            #expect(try finding(broken)?["result"] == "fails", "\(broken.output)")
        }
    }
}
