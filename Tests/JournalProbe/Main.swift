// SPDX-License-Identifier: MIT

import Files
import JournalLogging
import Logging
import Systemd

/// Does one thing with the journal or the service manager and says how it went; for tests only.
///
/// `send NAME=FILE…` one entry with values from files · `flood COUNT [MILLISECONDS]` entries in a row, timed, and that
/// long to flush · `log` one line through `JournalLogHandler` · `notify` word to the service manager · `suppressed UNIT`
/// how many entries journald, and then anybody, says it has thrown away · `time COUNT` an entry of twelve fields that
/// often through `JournalLogHandler`, timed.
@main
enum JournalProbe {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch arguments.first {
        case "send": try send(Array(arguments.dropFirst()))
        case "flood": try flood(arguments.dropFirst().compactMap { Int($0) })
        case "log": try log()
        case "notify": try say("\(Notify.send(.ready, .status("two\nlines"), .extendTimeout(.milliseconds(1500))))")
        case "suppressed": try suppressed(arguments.dropFirst().first ?? "")
        case "time": try time(arguments.dropFirst().first.flatMap { Int($0) } ?? 1000)
        default:
            try say(
                "usage: JournalProbe send NAME=FILE… | flood COUNT [MILLISECONDS] | log | notify | suppressed UNIT | time COUNT"
            )
        }
    }

    private static func send(_ fields: [String]) throws {
        let journal = Journal()
        var entry = JournalEntry()
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let bytes = try FileSystem.read(parts[1]) else {
                return try say("cannot read \(field)")
            }
            entry.add(JournalFieldName(normalising: parts[0]), bytes: bytes)
        }
        journal.send(entry)
        let isFlushed = journal.flush(within: .seconds(5))
        try say("available=\(Journal.isAvailable) flushed=\(isFlushed) dropped=\(journal.dropped)")
    }

    /// Says the longest call and the whole time in milliseconds.
    private static func flood(_ numbers: [Int]) throws {
        let count = numbers.first ?? 0
        let patience = numbers.dropFirst().first ?? 2000
        let journal = Journal()
        let clock = ContinuousClock()
        var longest = Duration.zero
        let start = clock.now
        for number in 0..<count {
            var entry = JournalEntry()
            entry.add(JournalFieldName(normalising: "MESSAGE"), "flood \(number)")
            entry.add(JournalFieldName(normalising: "X_FLOOD"), "yes")
            let before = clock.now
            journal.send(entry)
            longest = max(longest, clock.now - before)
        }
        let isFlushed = journal.flush(within: .milliseconds(patience))
        let whole = clock.now - start
        try say(
            """
            {"flushed":\(isFlushed),"dropped":\(journal.dropped),"longest_ms":\(longest / .milliseconds(1)),\
            "whole_ms":\(whole / .milliseconds(1))}
            """)
    }

    private static func log() throws {
        let destination = JournalDestination()
        var logger = Logger(label: "probe") { _ in JournalLogHandler(destination, identifier: "journal-probe") }
        logger[metadataKey: "run.id"] = "019a0f3e-6a00-7000-8000-000000000001"
        logger.error(
            "run failed at vault:\n403",
            metadata: ["event": "run.failed", "http.status": "403", "odd key-1": "å\n\u{0}", "list": ["a", "b"]])
        try say("flushed=\(destination.flush(within: .seconds(5))) dropped=\(destination.dropped)")
    }

    private static func suppressed(_ unit: String) throws {
        guard let reader = JournalReader() else { return try say("no journal") }
        let trusted = reader.suppressed(unit: unit, since: 0)
        let any = reader.suppressed(unit: unit, since: 0, isTrusted: false)
        let later = reader.suppressed(unit: unit, since: .max / 2, isTrusted: false)
        try say([trusted, any, later].map { $0.map(String.init) ?? "unreadable" }.joined(separator: " "))
    }

    /// Says the nanoseconds an entry takes until journald's socket has it, and those its caller spends.
    private static func time(_ count: Int) throws {
        let destination = JournalDestination()
        var logger = Logger(label: "probe") { _ in JournalLogHandler(destination, identifier: "journal-probe") }
        logger[metadataKey: "run.id"] = "019a0f3e-6a00-7000-8000-000000000001"
        logger[metadataKey: "job"] = "polisen-collector"
        let clock = ContinuousClock()
        var called = Duration.zero
        let start = clock.now
        for number in 0..<count {
            let before = clock.now
            logger.notice(
                "run succeeded: 12 new events, 1 edited",
                metadata: ["event": "run.succeeded", "outcome": "success", "attempt": "\(number)"])
            called += clock.now - before
        }
        let isFlushed = destination.flush(within: .seconds(30))
        let whole = clock.now - start
        let each = { (span: Duration) in Int(span / .nanoseconds(1)) / max(1, count) }
        try say(
            """
            {"flushed":\(isFlushed),"dropped":\(destination.dropped),"entry_ns":\(each(whole)),"call_ns":\(each(called))}
            """)
    }

    private static func say(_ text: String) throws {
        try StandardStream.write(Array("\(text)\n".utf8), to: .output)
    }
}
