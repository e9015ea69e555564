// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// Kinds of journal entries that an operator's alarms and runbooks count on.
@Suite struct EndToEndEventTests {
    @Test func `a window that is mostly new warns of what may have gone by, but not an archive's first`() async throws {
        try await EndToEndHost.use { host in
            let first = EndToEndFeed()
            try await first.serve { url in
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 0 && ended.entries("event.window.overrun").isEmpty)
            }
            let later = first.body.replacingOccurrences(of: #""id":6000"#, with: #""id":7000"#)
            try await withFaultServer([.readRequest, .answer(later), .again]) { server in
                let url = "http://\(server.authority)/api/events"
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 0, "\(ended.errors)")
                let told = ended.entries("event.window.overrun")
                #expect(told.map { $0["level"]?.string } == ["critical"])
                #expect(told.first?["events.new"]?.string == "40")
                let again = try await host.collect(url, deadline: "30s")
                #expect(again.status == 0 && again.entries("event.window.overrun").isEmpty)
            }
        }
    }

    @Test func `what could not be stored has an entry of its own`() async throws {
        try await FaultyCloud.use { cloud in
            try await cloud.disturb(#"{"status":503}"#, method: "PUT")
            try await EndToEndFeed().serve { feed in
                let ended = try await cloud.host.collect(feed, cloud.settings())
                #expect(ended.status == 69)
                #expect(ended.entries("storage.put.failed").map { $0["error.type"]?.string } == ["oci_server_error"])
            }
        }
    }

    @Test func `commits that are gone are told, and not taken for a predecessor's archive`() async throws {
        try await EndToEndHost.use { host in
            let feed = EndToEndFeed()
            let place = ["--state-path", host.state, "--archive-path", host.archive]
            try await feed.serve { url in
                #expect(try await host.collect(url, deadline: "30s").status == 0)
                for name in try FileSystem.list(host.archive + "/commits") {
                    try FileSystem.remove(host.archive + "/commits/" + name)
                }
                for name in try FileSystem.list(host.state + "/cache") {
                    try? FileSystem.remove(host.state + "/cache/" + name)
                }
                let ended = try await host.collect(url, deadline: "30s")
                #expect(ended.status == 65)
                let record = try #require(try host.records().last)
                #expect(record.error?.type == "archive_damaged")
                #expect(record.error?.message.contains("polisen-collector archive repair") == true)
                let verified = try await host.run(["archive", "verify"] + place)
                #expect(verified.status != 0)
                #expect(!(verified.output + verified.errors).contains("Python"))
                #expect(verified.errors.contains("there is no commit, and index/ tells of some"), "\(verified.errors)")
                _ = try await host.run(["archive", "repair"] + place)
                let again = try await host.collect(url, deadline: "30s")
                #expect(again.status == 0, "\(again.errors)")
            }
            #expect(try await host.storedEvents() == feed.events.sorted())
        }
    }
}
