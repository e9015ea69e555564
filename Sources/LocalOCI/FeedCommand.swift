// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON

/// `local-oci feed`.
struct FeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feed",
        abstract: "Write the generated feed's answers as {\"capturedAt\",\"body\"} lines to stdout.",
        discussion: "An answer that is no JSON stands as \"body\":null,\"raw\":\"…\". Same seed and times, same bytes.")

    @Option(help: "Seed of the feed.")
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("First poll.", valueName: "time"))
    var from: String
    @Option(help: ArgumentHelp("Polls end before it.", valueName: "time"))
    var to: String
    @Option(help: ArgumentHelp("Time between polls: 30m, 90s, 2h.", valueName: "duration"))
    var every = "30m"
    @Option(help: ArgumentHelp("First instant of the feed; the first poll where not given.", valueName: "time"))
    var start: String?
    @Flag(help: "Compress the output.")
    var gzip = false
    @Option(help: ArgumentHelp("Write what a correct collector finds in it to this file.", valueName: "file"))
    var truth: String?

    func run() throws {
        let first = try instant(from, "--from")
        let end = try instant(to, "--to")
        guard let step = Self.seconds(every), step > 0 else {
            throw ValidationError("--every is a duration such as 30m, 90s or 2h, not '\(every)'.")
        }
        var generator = FeedGenerator(seed: seed, start: try start.map { try instant($0, "--start") } ?? first)
        var truth = FeedTruth()
        var poll = first
        while poll < end {
            let answer = generator.poll(at: poll)
            let line = Self.line(answer, poll)
            try StandardStream.write(gzip ? GzipCoding.deflate(line) : line, to: .output)
            truth.observe(answer, at: poll)
            poll = poll.addingTimeInterval(Double(step))
        }
        guard let path = self.truth else { return }
        try FileSystem.replace(path, Array(truth.summary().indented.utf8) + [UInt8(ascii: "\n")])
    }

    private static func line(_ answer: FeedGenerator.Answer, _ poll: Date) -> [UInt8] {
        let time = WireTime.rfc3339(poll, short: true)
        if answer.body.isEmpty { return Array("{\"capturedAt\":\"\(time)\",\"body\":null,\"raw\":\"\"}\n".utf8) }
        return Array("{\"capturedAt\":\"\(time)\",\"body\":".utf8) + answer.body + Array("}\n".utf8)
    }

    private func instant(_ text: String, _ option: String) throws -> Date {
        guard let date = WireTime.date(rfc3339: text) else {
            throw ValidationError("\(option) is an instant such as 2026-01-05T00:00:00Z, not '\(text)'.")
        }
        return date
    }

    private static func seconds(_ text: String) -> Int? {
        guard let number = Int(text.dropLast()) else { return nil }
        switch text.last {
        case "s": return number
        case "m": return number * 60
        case "h": return number * 3_600
        default: return nil
        }
    }
}
