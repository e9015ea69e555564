// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// What a feed of a test holds: a window of forty events of eight types, minutes old.
struct EndToEndFeed: Sendable {
    let events: [String]
    var body: String { "[" + events.joined(separator: ",") + "]" }

    init(before now: Date = Date(), count: Int = 40, summary: String = "Två bilar å väg 27") {
        events = (0..<count).map { Self.event(600_000 + $0, now.addingTimeInterval(Double(-60 * $0 - 60)), summary) }
    }

    static func event(_ id: Int, _ date: Date, _ summary: String) -> String {
        #"{"id":\#(id),"datetime":"\#(Timestamp.text(date))","name":"n","summary":"\#(summary)","url":"/x","#
            + #""type":"Typ \#(id % 8)","location":{"name":"Ö","gps":"59.1,18.0"}}"#
    }

    /// A server's script that answers every request with the window.
    func script(headers: String = "") -> [FaultServer.Step] {
        [.readRequest, .answer(body, headers: headers), .again]
    }

    /// Runs `body` with a server that shows the window.
    func serve(_ body: (String) async throws -> Void) async throws {
        try await withFaultServer(script()) { try await body("http://\($0.authority)/api/events") }
    }
}

/// How a run has to end.
struct ExpectedEnd: Sendable {
    let status: Int32
    let type: String
    /// What its message says besides, the next step above all.
    let says: String
    var outcome = RunRecord.Outcome.failed
}

/// Holds what a run left behind against what it should be: exit code, ledger, log, standard output.
func expectEnd(
    _ ended: EndedProgram, _ expected: ExpectedEnd, on host: EndToEndHost, records count: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    #expect(ended.status == expected.status, "\(ended.output)\(ended.errors)", sourceLocation: sourceLocation)
    let records = try host.records()
    #expect(records.count == count, "\(ended.errors)", sourceLocation: sourceLocation)
    let record = try #require(records.last, "\(ended.errors)", sourceLocation: sourceLocation)
    #expect(record.outcome == expected.outcome, sourceLocation: sourceLocation)
    let error = try #require(record.error, "\(record)", sourceLocation: sourceLocation)
    #expect(error.type == expected.type, "\(error.message)", sourceLocation: sourceLocation)
    #expect(error.exitCode == Int(expected.status), sourceLocation: sourceLocation)
    #expect(error.message.contains(expected.says), "\(error.message)", sourceLocation: sourceLocation)
    try expectTold(ended, expected, sourceLocation: sourceLocation)
}

/// The log has one entry for the end of the run, and standard output one line.
func expectTold(
    _ ended: EndedProgram, _ expected: ExpectedEnd, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let event = "run.\(expected.outcome.rawValue)"
    let entries = ended.entries(event)
    #expect(entries.count == 1, "\(ended.errors)", sourceLocation: sourceLocation)
    let entry = try #require(entries.first, sourceLocation: sourceLocation)
    #expect(entry["error.type"]?.string == expected.type, sourceLocation: sourceLocation)
    #expect(entry["outcome"]?.string == expected.outcome.rawValue, sourceLocation: sourceLocation)
    let message = entry["message"]?.string ?? ""
    #expect(message.contains(expected.says) || message.count == 512, "\(message)", sourceLocation: sourceLocation)
    guard expected.status != 0 else { return }
    let start = "\(expected.outcome.rawValue) (\(expected.type)): "
    #expect(ended.output.hasPrefix(start), "\(ended.output)", sourceLocation: sourceLocation)
    #expect(ended.output.count(where: { $0 == "\n" }) == 1, sourceLocation: sourceLocation)
}

/// The fault is gone: the next run stores everything, and leaves no trace of a run in progress.
func expectRecovery(
    of host: EndToEndHost, records count: Int = 2, _ feed: EndToEndFeed = EndToEndFeed(),
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    try await feed.serve { url in
        let ended = try await host.collect(url, deadline: "30s")
        #expect(ended.status == 0, "\(ended.output)\(ended.errors)", sourceLocation: sourceLocation)
    }
    #expect(try await host.storedEvents() == feed.events.sorted(), sourceLocation: sourceLocation)
    let records = try host.records()
    #expect(records.count == count, sourceLocation: sourceLocation)
    #expect(records.last?.outcome == .success && records.last?.error == nil, sourceLocation: sourceLocation)
    #expect(!FileSystem.exists(host.state + "/running.json"), sourceLocation: sourceLocation)
}
