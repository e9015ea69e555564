// SPDX-License-Identifier: MIT

import Foundation
import JSON
import Logging
import TestSupport
import Testing

@testable import JournalLogging

/// No field is longer than OCI Logging takes, and none is cut without saying so.
@Suite struct LongValueTests {
    let recorder = Recorder()
    let schema: JSONSchema

    init() throws {
        schema = try JSONSchema(
            String(contentsOfFile: packageRoot + "/deploy/journal/log-line.schema.json", encoding: .utf8))
    }

    func json(_ limit: Int? = 9_900) -> Logger {
        var logger = Logger(label: "test") { _ in
            JSONLineLogHandler(valueLimit: limit, timestamp: instant, write: recorder.write)
        }
        logger[metadataKey: "run.id"] = "019a0f3e-6a00-7000-8000-000000000001"
        logger[metadataKey: "job"] = "j"
        logger[metadataKey: "env"] = "e"
        logger[metadataKey: "version"] = "1"
        return logger
    }

    @Test(arguments: [0, 1, 9_899, 9_900, 9_901, 100_000])
    func `a value over the limit is cut and says how long it was`(count: Int) throws {
        let text = String(repeating: "å", count: count)
        json().info("x", metadata: ["object": "\(text)"])
        let line = try JSONValue.parse(recorder.text)
        let value = try #require(line["object"]?.string)
        #expect(value.unicodeScalars.count == min(count, 9_900))
        #expect(value == text || value.hasSuffix("å… [cut: \(count) characters in all]"))
        #expect(schema.problems(line) == [])
    }

    @Test func `the journal's handler cuts only where it is told to`() {
        let text = String(repeating: "x", count: 20_000)
        let metadata: Logger.Metadata = ["object": "\(text)", "list": ["\(text)", "b"]]
        for limit in [nil, 9_900] {
            Logger(label: "") { _ in JournalLogHandler(identifier: "i", valueLimit: limit, send: recorder.send) }
                .info("x", metadata: metadata)
            let lengths = (recorder.values("POLISEN_OBJECT") + recorder.values("POLISEN_LIST")).map(\.count)
            #expect(lengths == [limit ?? 20_000, limit ?? 20_000, 1])
        }
    }

    @Test func `long lists and dictionaries become a text that is cut`() throws {
        let list = Logger.MetadataValue.array((0..<5_000).map { "\($0)" })
        json().info("x", metadata: ["list": list, "short": ["a"], "n": .stringConvertible(7)])
        let line = try JSONValue.parse(recorder.text)
        #expect(line["list"]?.string?.unicodeScalars.count == 9_900)
        #expect(line["short"] == ["a"] && line["n"] == 7)
        #expect(schema.problems(line) == [])
    }

    @Test func `without a limit values are whole`() throws {
        json(nil).info("x", metadata: ["object": "\(String(repeating: "x", count: 20_000))"])
        let line = try JSONValue.parse(recorder.text)
        #expect(line["object"]?.string?.count == 20_000)
        #expect(schema.problems(line) == ["$.object has 20000 characters"])
    }

    @Test func `the schema knows every event and every level`() throws {
        let properties = try #require(schema["properties"])
        #expect(properties["event"]?["enum"]?.array?.compactMap(\.string) == EventID.all.map(\.name))
        #expect(properties["level"]?["enum"]?.array?.compactMap(\.string) == Logger.Level.allCases.map(\.rawValue))
        let unknown = EventID.all.filter { event in
            Recorder.line(json(), recorder, event).flatMap { schema.problems($0).isEmpty ? true : nil } == nil
        }
        #expect(unknown.isEmpty)
    }

    @Test(arguments: [
        (#"{"level":"info"}"#, "$ lacks time"), (#"{"level":"loud"}"#, "$.level is \"loud\", not of the list"),
        (#"{"event":"run.failed"}"#, "$ has event but not message_id"),
        (#"{"run.id":"x"}"#, "$.run.id does not match its pattern"),
        (#"{"http.status":null}"#, "$.http.status is none of [\"string\", \"integer\"]"),
        (#"{"events.new":"many"}"#, "$.events.new does not match its pattern"),
    ])
    func `a line that breaks the schema is told`(line: String, problem: String) throws {
        #expect(schema.problems(try JSONValue.parse(line)).contains(problem))
    }
}

extension Recorder {
    /// The line that an event of that kind becomes.
    fileprivate static func line(_ logger: Logger, _ recorder: Recorder, _ event: EventID) -> JSONValue? {
        logger.log(level: event.level, "x", metadata: ["event": "\(event.name)"])
        // Losing the error is right: the caller reports the event whose line is none.
        return recorder.text.split(separator: "\n").last.flatMap { try? JSONValue.parse(String($0)) }
    }
}
