// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import TestSupport
import Testing

/// `slo report`, as the built program.
@Suite struct SLOReportCommandTests {
    @Test func `without words it is last week's report, as text`() async throws {
        try await SLOHost.use(.good) { slo in
            let ended = try await slo.run(["slo", "report"])
            #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
            #expect(ended.output.hasPrefix("go — "))
            #expect(ended.output.contains("\(SLOHost.week) (2026-11-16 to 2026-11-22)"))
            #expect(ended.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test(arguments: [
        (SLOHost.History.good, 0 as Int32, "go"), (.outage, 1, "stop"), (.begun, 0, "go"), (.silent, 1, "unknown"),
    ])
    func `--check fails a pipeline on stop and on unknown`(
        history: SLOHost.History, status: Int32, word: String
    ) async throws {
        try await SLOHost.use(history) { slo in
            let words = ["slo", "report", "--since", "7d", "--check", "--format", "json"]
            let ended = try await slo.run(words)
            #expect(ended.status == status, "\(ended.errors)")
            #expect(try ended.json()["verdict"]?["word"]?.string == word, "\(ended.output.prefix(600))")
            #expect(ended.errors.isEmpty == (status == 0))
            #expect(status == 0 || ended.errors.hasPrefix("polisen-collector: \(word) — "), "\(ended.errors)")
        }
    }

    @Test func `--check without a period judges now, not the week that the report is about`() async throws {
        try await SLOHost.use(.outage) { slo in
            // Thursday: the week before was good, the last day was not.
            let words = ["slo", "report", "--check", "--as-of", "2026-11-19T08:00:00Z", "--format", "json"]
            let now = try await slo.run(words)
            #expect(now.status == 1)
            #expect(try now.json()["verdict"]?["word"] == "go")
            #expect(now.errors.hasPrefix("polisen-collector: stop — "), "\(now.errors)")
            #expect(try await slo.run(words + ["--week", "2026-W46"]).status == 0)
        }
        try await SLOHost.use(.good) { slo in
            let silent = try await slo.run(["slo", "report", "--check"], ["POLISEN_CLOCK": "2026-11-26T08:00:00Z"])
            #expect(silent.status == 1)
            let said = silent.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(said.contains("unknown — nothing was recorded since 2026-11-23 "), "\(silent.errors)")
        }
    }

    @Test func `the same ledger makes the same bytes, in another zone and language, at another time`() async throws {
        try await SLOHost.use(.outage) { slo in
            let settings: [[String: String]] = [
                [:], ["TZ": "Pacific/Auckland", "LANG": "sv_SE.UTF-8", "LC_ALL": "C"],
                ["POLISEN_CLOCK": "2026-11-24T23:30:00Z"],
            ]
            var made: [[String: [UInt8]]] = []
            for (number, setting) in settings.enumerated() {
                let place = "\(slo.host.root)/out\(number)"
                let words = ["slo", "report", "--week", SLOHost.week, "-o", place + "/", "--lang", "en,sv"]
                let ended = try await slo.run(words, setting)
                #expect(ended.status == 0, "\(ended.errors)")
                var files: [String: [UInt8]] = [:]
                for name in try FileSystem.walk(place) { files[name] = try FileSystem.read("\(place)/\(name)") }
                made.append(files)
            }
            let forms = ["csv", "html", "json", "md", "sv.html", "sv.md", "sv.txt", "txt"]
            #expect(made[0].keys.sorted() == forms.map { "\(SLOHost.week).\($0)" })
            #expect(made.allSatisfy { $0 == made[0] })
            #expect(made[0]["\(SLOHost.week).html"].map { $0.count < 300_000 } == true)
        }
    }

    @Test(arguments: [
        ["--week", "2026-W54"], ["--week", "2026-47"], ["--week", "2025-W53"], ["--month", "2026-13"],
        ["--month", "2026"], ["--since", "soon"], ["--since", "0d"], ["--as-of", "never"], ["--format", "pdf"],
        ["--format", "text,md"], ["--lang", "de"], ["--lang", "en,sv"], ["--week", "2026-W46", "--month", "2026-11"],
        ["-o", "x.html", "--format", "md"], ["-o", "x.pdf"], ["-o", ""], ["--dry-run"], ["--deliver", "-o", "x"],
        ["--deliver", "--since", "7d"], ["--deliver", "--format", "html"], ["--deliver", "--as-of", "2026-11-01"],
        ["--week", "2026-W49"], ["--since", "2027-01-01"], ["--deliver", "--week", "2026-W48"],
    ])
    func `what cannot be meant is refused as usage`(words: [String]) async throws {
        try await SLOHost.use(.begun) { slo in
            let ended = try await slo.run(["slo", "report"] + words)
            #expect(ended.status == 64 && ended.output.isEmpty && !ended.errors.isEmpty, "\(words): \(ended.errors)")
        }
    }

    @Test func `a week before the first record has no report; one without runs has`() async throws {
        try await SLOHost.use(.good) { slo in
            let before = try await slo.run(["slo", "report", "--week", "2026-W20"])
            #expect(before.status == 65 && before.errors.contains("nothing was recorded before"), "\(before.errors)")
            let later = try await slo.run(
                ["slo", "report", "--check", "--format", "json"], ["POLISEN_CLOCK": "2027-02-01T08:00:00Z"])
            #expect(later.status == 1)
            #expect(try later.json()["verdict"]?["word"] == "unknown")
        }
    }

    @Test func `files get the form that their name says; a stem gets those that were named`() async throws {
        try await SLOHost.use(.begun) { slo in
            let root = slo.host.root
            func made(_ words: [String]) async throws -> [String] {
                let ended = try await slo.run(["slo", "report", "--since", "7d"] + words)
                #expect(ended.status == 0, "\(ended.errors)")
                return ended.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix(root) }
            }
            #expect(try await made(["-o", "\(root)/a.md"]) == ["\(root)/a.md"])
            #expect(try FileSystem.read("\(root)/a.md")?.first == UInt8(ascii: "#"))
            #expect(
                try await made(["-o", "\(root)/b", "--format", "json,csv"]) == ["\(root)/b.json", "\(root)/b.csv"])
            #expect(
                try await made(["-o", "\(root)/c.html", "--lang", "sv,en"]) == ["\(root)/c.html", "\(root)/c.en.html"])
            let page = String(decoding: try FileSystem.read("\(root)/c.html") ?? [], as: UTF8.self)
            #expect(page.contains(#"<html lang="sv">"#))
            // A second time, over what is there, and through a link that stays.
            try FileManager.default.createSymbolicLink(atPath: "\(root)/d.md", withDestinationPath: "a.md")
            #expect(try await made(["-o", "\(root)/d.md"]) == ["\(root)/d.md"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/d.md") == "a.md")
        }
    }

    @Test(arguments: ["/dev/full", "/proc/x.html", "/proc/none/x"])
    func `a report that cannot be written exits 73 and says where`(path: String) async throws {
        try await SLOHost.use(.begun) { slo in
            let ended = try await slo.run(["slo", "report", "--since", "7d", "-o", path])
            #expect(ended.status == 73, "\(ended.errors)")
            #expect(ended.errors.contains("the report cannot be written"), "\(ended.errors)")
            #expect(!FileSystem.exists(path + ".txt"))
        }
    }

    @Test func `a device gets one form; so does standard output, full or closed by its reader`() async throws {
        try await SLOHost.use(.good) { slo in
            let device = try await slo.run(["slo", "report", "-o", "/dev/stdout", "--format", "json"])
            #expect(device.status == 0)
            #expect(try device.json()["type"] == "slo_report")
            let program = builtExecutable("polisen-collector")
            let set = """
                export POLISEN_CLOCK=\(SLOHost.now) POLISEN_FEED_URL=http://127.0.0.1:9/ \
                POLISEN_STATE_PATH=\(slo.host.state) POLISEN_SLOS_PATH=\(packageRoot)/slos POLISEN_CONFIG=/dev/null;
                """
            let full = try await EndedProgram.shell("\(set) \(program) slo report >/dev/full", slo.host)
            #expect(full.status == 73 && full.errors.contains("No space left"), "\(full.errors)")
            let closed = try await EndedProgram.shell(
                "\(set) (\(program) slo report --format json; echo $? >&2) | head -c 1", slo.host)
            #expect(closed.errors == "73\n", "\(closed.errors)")
        }
    }
}
