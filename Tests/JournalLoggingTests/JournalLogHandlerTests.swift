// SPDX-License-Identifier: MIT

import JSON
import JournalLogging
import Logging
import Systemd
import TestSupport
import Testing

@Suite struct JournalLogHandlerTests {
    let recorder = Recorder()

    func logger(_ level: Logger.Level = .trace, provider: Logger.MetadataProvider? = nil) -> Logger {
        var logger = Logger(label: "test") { _ in
            var handler = JournalLogHandler(identifier: "polisen-collector", send: recorder.send)
            handler.metadataProvider = provider
            return handler
        }
        logger.logLevel = level
        return logger
    }

    @Test func `an entry has the journal's own fields and one for each value`() {
        let line = #line + 1
        logger().error("run failed", metadata: ["event": "run.failed", "http.status": "\(403)", "run.id": "r1"])
        #expect(recorder.values("MESSAGE") == ["run failed"])
        #expect(recorder.values("PRIORITY") == ["3"])
        #expect(recorder.values("SYSLOG_IDENTIFIER") == ["polisen-collector"])
        #expect(recorder.values("MESSAGE_ID") == ["29256c558a6c418fb9c405a8cf50a269"])
        #expect(recorder.values("POLISEN_EVENT") == ["run.failed"])
        #expect(recorder.values("POLISEN_HTTP_STATUS") == ["403"])
        #expect(recorder.values("POLISEN_RUN_ID") == ["r1"])
        #expect(recorder.values("CODE_FILE") == ["JournalLoggingTests/JournalLogHandlerTests.swift"])
        #expect(recorder.values("CODE_FUNC") == ["an entry has the journal's own fields and one for each value()"])
        #expect(recorder.values("CODE_LINE") == ["\(line)"])
    }

    @Test(
        arguments: [
            (.trace, "7"), (.debug, "7"), (.info, "6"), (.notice, "5"), (.warning, "4"), (.error, "3"),
            (.critical, "2"),
        ] as [(Logger.Level, String)])
    func `levels become syslog's priorities`(level: Logger.Level, priority: String) {
        logger().log(level: level, "x")
        #expect(recorder.values("PRIORITY") == [priority])
        #expect(recorder.values("MESSAGE_ID") == [])
    }

    @Test func `what is below the level is not sent`() {
        logger(.warning).notice("x")
        #expect(recorder.names == [])
    }

    @Test(arguments: [
        ("run.id", "POLISEN_RUN_ID"), ("job", "POLISEN_JOB"), ("error.type", "POLISEN_ERROR_TYPE"),
        ("duration_us", "POLISEN_DURATION_US"), ("retry_after_us", "POLISEN_RETRY_AFTER_US"),
        ("oci.request_id", "POLISEN_OCI_REQUEST_ID"), ("events.new", "POLISEN_EVENTS_NEW"),
        ("config.sha", "POLISEN_CONFIG_SHA"), ("url.host", "POLISEN_URL_HOST"), ("errno", "ERRNO"),
        ("documentation", "DOCUMENTATION"), ("trace.id", "TRACE_ID"), ("span.id", "SPAN_ID"),
        ("spool.age_us", "POLISEN_SPOOL_AGE_US"), ("some-Thing else", "POLISEN_SOME_THING_ELSE"), ("", "POLISEN_"),
    ])
    func `keys become the field names of the catalogue`(key: String, name: String) {
        #expect(JournalField.name(for: key).text == name)
    }

    @Test func `no two keys of the table share a field`() {
        #expect(Set(JournalField.keys.map { JournalField.name(for: $0) }).count == JournalField.keys.count)
    }

    @Test(arguments: [0, 511, 512, 513, 5000])
    func `a message is cut at 512 characters, other values are whole`(count: Int) {
        let text = String(repeating: "å", count: count)
        logger().info("\(text)", metadata: ["object": "\(text)"])
        let message = recorder.values("MESSAGE").first ?? ""
        #expect(message.count == min(count, 512))
        #expect(message == text || message.hasSuffix("å…"))
        #expect(recorder.values("POLISEN_OBJECT") == [text])
    }

    @Test func `a character made of many scalars does not get round the limit`() {
        logger().info("\("e" + String(repeating: "\u{301}", count: 4000))")
        #expect(recorder.values("MESSAGE").first?.unicodeScalars.count == 512)
    }

    @Test func `the call beats the task, the task beats the logger`() {
        var logger = logger(provider: .init { ["stage": "task", "job": "task"] })
        logger[metadataKey: "stage"] = "logger"
        logger[metadataKey: "env"] = "logger"
        #expect(logger[metadataKey: "env"] == "logger")
        logger.info("x", metadata: ["job": "call"])
        #expect(recorder.values("POLISEN_STAGE") == ["task"])
        #expect(recorder.values("POLISEN_ENV") == ["logger"])
        #expect(recorder.values("POLISEN_JOB") == ["call"])
    }

    @Test func `lists repeat the field, dictionaries extend the key, errors have a text`() {
        logger().info(
            "x", error: Broken(),
            metadata: ["list": ["a", ["b"]], "d": ["e": ["f": "g"]], "c": .stringConvertible(Custom())])
        #expect(recorder.values("POLISEN_LIST") == ["a", "b"])
        #expect(recorder.values("POLISEN_D_E_F") == ["g"])
        #expect(recorder.values("POLISEN_C") == ["custom"])
        #expect(recorder.values("POLISEN_ERROR_MESSAGE") == ["it broke"])
    }

    @Test func `every event has an id of its own, of 32 hex digits`() {
        #expect(EventID.all.count == 22)
        #expect(Set(EventID.all.map(\.messageID)).count == 22)
        #expect(Set(EventID.all.map(\.name)).count == 22)
        for event in EventID.all {
            #expect(event.messageID.count == 32 && event.messageID.allSatisfy { "0123456789abcdef".contains($0) })
            #expect(EventID.named(event.name) == event)
        }
        #expect(EventID.named("run.unheard") == nil)
    }

    @Test(.enabled(if: JournaldBox.isUsable, "needs root and systemd-journald"))
    func `a line logged by another process stands in a real journal with all its fields`() throws {
        let result = try JournaldBox.run(
            #""$1" log >/dev/null; journalctl --sync; journalctl -t journal-probe -o json --all"#, [JournaldBox.probe])
        let entry = try JSONValue.parse(result.output)
        #expect(entry["MESSAGE"] == "run failed at vault:\n403")
        #expect(entry["MESSAGE_ID"] == "29256c558a6c418fb9c405a8cf50a269")
        #expect(entry["PRIORITY"] == "3")
        #expect(entry["POLISEN_RUN_ID"] == "019a0f3e-6a00-7000-8000-000000000001")
        #expect(entry["POLISEN_LIST"] == ["a", "b"])
        let odd = entry["POLISEN_ODD_KEY_1"]?.array?.compactMap(\.int)
        #expect(odd == Array("å\n\u{0}".utf8).map(Int.init))
        #expect(entry["CODE_FILE"] == "JournalProbe/Main.swift")
        #expect(entry["_TRANSPORT"] == "journal")
    }
}
