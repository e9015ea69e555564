// SPDX-License-Identifier: MIT

import JSON
import JournalLogging
import Logging
import Testing

@Suite struct LineHandlerTests {
    let recorder = Recorder()

    func json() -> Logger {
        Logger(label: "test") { _ in JSONLineLogHandler(timestamp: instant, write: recorder.write) }
    }

    func text(columns: Int? = 80, isColoured: Bool = false, level: Logger.Level = .info) -> Logger {
        var logger = Logger(label: "test") { _ in
            TextLogHandler(timestamp: instant, columns: columns, isColoured: isColoured, write: recorder.write)
        }
        logger.logLevel = level
        return logger
    }

    @Test func `a JSON line holds time, level, message, id, values and place in this order`() {
        let line = #line + 1
        json().warning(
            "slow\nanswer",
            metadata: [
                "event": "run.partial", "http.status": .stringConvertible(200), "share": .stringConvertible(0.5),
                "flag": .stringConvertible(true), "list": ["a", ["k": "v"]], "a.first": "1", "message": "mine",
            ])
        let expected =
            #"{"time":"2026-11-23T07:30:00.123Z","level":"warning","message":"slow\nanswer","#
            + #""message_id":"f4deb3d878004df280e0ff379b5a70a5","a.first":"1","event":"run.partial","flag":true,"#
            + #""http.status":200,"list":["a",{"k":"v"}],"metadata.message":"mine","share":0.5,"#
            + #""code":"JournalLoggingTests/LineHandlerTests.swift:\#(line)"}"# + "\n"
        #expect(recorder.text == expected)
    }

    @Test func `every log call is one line that parses, whatever is in it`() throws {
        for message in ["", "\n", "\"\\", "\u{0}\u{1B}[31m", "å😀"] {
            json().info("\(message)", metadata: ["x": "\(message)"])
        }
        let lines = recorder.text.split(separator: "\n")
        #expect(lines.count == 5)
        for (line, message) in zip(lines, ["", "\n", "\"\\", "\u{0}\u{1B}[31m", "å😀"]) {
            let value = try JSONValue.parse(String(line))
            #expect(value["message"]?.string == message)
            #expect(value["x"]?.string == message)
        }
    }

    @Test func `a handler's own metadata and level are values`() {
        var logger = json()
        logger[metadataKey: "job"] = "polisen"
        var other = logger
        other[metadataKey: "job"] = nil
        other.logLevel = .error
        #expect(logger[metadataKey: "job"] == "polisen")
        #expect(logger.logLevel == .info)
        other.info("not seen")
        #expect(recorder.text.isEmpty)
    }

    @Test func `a text line has time of day, level, message and values`() {
        text().info("run succeeded", metadata: ["events.new": "4", "object": "a b", "job": "polisen", "empty": ""])
        #expect(recorder.text == "07:30:00 info     run succeeded  empty=\"\" events.new=4 object=\"a b\"\n")
    }

    @Test func `what is the same on every line is shown from debug on`() {
        text(level: .debug).debug("x", metadata: ["run.id": "r", "job": "j", "env": "e"])
        #expect(recorder.text == "07:30:00 debug    x  env=e job=j run.id=r\n")
    }

    @Test func `long lines are wrapped at the width, without a width not at all`() {
        let metadata: Logger.Metadata = [
            "a": "\(String(repeating: "x", count: 30))", "b": "\(String(repeating: "y", count: 90))", "c": "3",
        ]
        text().notice("the quick brown fox jumps over", metadata: metadata)
        let lines = recorder.text.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "07:30:00 notice   the quick brown fox jumps over",
                String(repeating: " ", count: 18) + "a=" + String(repeating: "x", count: 30),
                String(repeating: " ", count: 18) + "b=" + String(repeating: "y", count: 90),
                String(repeating: " ", count: 18) + "c=3",
            ])
        let wide = Recorder()
        Logger(label: "") { _ in TextLogHandler(timestamp: instant, columns: nil, isColoured: false, write: wide.write)
        }
        .notice("the quick brown fox jumps over", metadata: metadata)
        #expect(wide.text.filter { $0 == "\n" }.count == 1)
    }

    @Test func `control characters cannot forge lines or move the cursor`() {
        text().error("a\nb\u{1B}[2J", metadata: ["x": "1\t\u{202E}\""])
        #expect(recorder.text == "07:30:00 error    a\\nb\\u{1b}[2J  x=1\\t\\u{202e}\"\n")
    }

    @Test(
        arguments: [
            (.critical, "\u{1B}[31mcritical\u{1B}[0m"), (.warning, "\u{1B}[33mwarning \u{1B}[0m"),
            (.notice, "\u{1B}[32mnotice  \u{1B}[0m"), (.debug, "\u{1B}[2mdebug   \u{1B}[0m"), (.info, "info    "),
        ] as [(Logger.Level, String)])
    func `colour marks the level alone, and only where asked for`(level: Logger.Level, word: String) {
        text(isColoured: true, level: .debug).log(level: level, "x")
        #expect(recorder.text == "07:30:00 \(word) x\n")
        let plain = Recorder()
        var logger = Logger(label: "") { _ in
            TextLogHandler(timestamp: instant, columns: 80, isColoured: false, write: plain.write)
        }
        logger.logLevel = .debug
        logger.log(level: level, "x")
        #expect(!plain.text.contains("\u{1B}"))
    }

    @Test(
        arguments: [
            // wanted, socket, stderr is the journal's, stderr is a terminal
            (nil, true, true, false, .journald), (nil, true, false, false, .journald), (nil, true, false, true, .text),
            (nil, true, true, true, .journald), (nil, false, false, true, .text), (nil, false, false, false, .json),
            (nil, false, true, false, .json), (.json, true, true, false, .json), (.text, true, true, false, .text),
            (.journald, true, false, true, .journald), (.journald, false, false, true, .text),
            (.journald, false, false, false, .json),
        ] as [(LogTarget?, Bool, Bool, Bool, LogTarget)])
    func `the target follows the setting, then the surroundings`(
        wanted: LogTarget?, socket: Bool, journal: Bool, terminal: Bool, target: LogTarget
    ) {
        let facts = LogTarget.Facts(
            hasJournalSocket: socket, standardErrorIsJournal: journal, standardErrorIsTerminal: terminal)
        #expect(LogTarget.resolve(wanted, facts) == target)
    }
}
