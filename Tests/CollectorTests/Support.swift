// SPDX-License-Identifier: MIT

import Collector
import FoundationEssentials
import JSON
import Ledger
import Logging
import TestSupport
import Testing
import Transport

/// A logger that says nothing.
let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// An event as the source writes one.
func event(_ id: Int, _ summary: String = "s", datetime: String = "2026-01-02 9:38:09 +01:00", type: String = "Brand")
    -> String
{
    #"{"id":\#(id),"datetime":"\#(datetime)","name":"n","summary":"\#(summary)","url":"/u","type":"\#(type)","location":{"name":"Umeå","gps":"63.825847,20.263035"}}"#
}

func body(_ events: [String]) -> [UInt8] { bytes("[" + events.joined(separator: ",") + "]") }

/// Seconds since 1970 of 2026-01-02 12:00 UTC, shortly after the events of `event(_:)`.
let noon = 1_767_355_200

func opening(_ date: Date = Date(timeIntervalSince1970: Double(noon)), headLag: Int = 2) -> Archive.Opening {
    Archive.Opening(run: "test", date: date, headLag: headLag, time: ManualTime(now: date).source, log: silent)
}

/// What an archive holds, read the way a consumer would: from its files alone.
struct Contents: Equatable {
    var events: [String: [String]] = [:]
    var revisions: [String: [String]] = [:]
    var rejects: [String] = []
    var perDate: [String: Int] = [:]
    var recordsPerDate: [String: Int] = [:]

    init(_ objects: [String: [UInt8]]) throws {
        for name in objects.keys.sorted() {
            let lines = (objects[name] ?? []).split(separator: 0x0A).map(text)
            let parts = name.split(separator: "/").map(String.init)
            let date = parts.count > 3 ? parts[1...3].joined(separator: "-") : ""
            for line in lines {
                switch parts[0] {
                case "events":
                    let id = try #require(try JSONValue.parse(line)["id"])
                    events[id.text, default: []].append(line)
                    perDate[date, default: 0] += 1
                    recordsPerDate[date, default: 0] += 1
                case "revisions":
                    let id = try #require(try JSONValue.parse(line)["event"]?["id"])
                    revisions[id.text, default: []].append(line)
                    recordsPerDate[date, default: 0] += 1
                case "rejects": rejects.append(line)
                default: break
                }
            }
        }
    }

    var revisionCount: Int { revisions.values.reduce(0) { $0 + $1.count } }
}
