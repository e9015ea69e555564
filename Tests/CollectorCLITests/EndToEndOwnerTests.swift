// SPDX-License-Identifier: MIT

import Files
import Foundation
import JSON
import Ledger
import TestSupport
import Testing

/// Whose files are under `state.path`, and who may read them.
@Suite struct EndToEndOwnerTests {
    static let isRoot = HostFacts.effectiveUserID == 0
    /// `nobody`, and one without a name.
    static let users = [65_534, 54_321]

    private static func attributes(_ path: String) throws -> (owner: Int, mode: Int) {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (
            (attributes[.ownerAccountID] as? NSNumber)?.intValue ?? -1,
            (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
        )
    }

    /// A host whose state belongs to `user` and is empty, as `make install` leaves it.
    private static func use(_ user: Int, _ body: (EndToEndHost) async throws -> Void) async throws {
        try await EndToEndHost.use { host in
            try FileManager.default.createDirectory(atPath: host.state, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: host.root)
            try FileManager.default.setAttributes(
                [.ownerAccountID: user, .groupOwnerAccountID: user], ofItemAtPath: host.state)
            try await body(host)
        }
    }

    private static func expectOwner(_ user: Int, of host: EndToEndHost, atLeast count: Int) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: host.state)
        #expect(files.count >= count, "\(files)")
        for file in files { #expect(try attributes(host.state + "/" + file).owner == user, "\(file)") }
    }

    @Test(.enabled(if: isRoot, "needs root"), arguments: users)
    func `what root types goes on as the user to whom the state belongs`(user: Int) async throws {
        try await Self.use(user) { host in
            try await EndToEndFeed().serve { feed in
                let place = ["--state-path", host.state, "--archive-path", host.state + "/data", "--feed-url", feed]
                let oci = ["POLISEN_METRICS_BACKEND": "oci", "OCI_COMPARTMENT_ID": "ocid1.compartment.oc1..a"]
                for command in [["doctor"], ["metrics", "flush"], ["metrics", "spool"], ["freshness"]] {
                    let ended = try await host.run(command + place, environment: oci)
                    let said = ended.errors.replacing("\n    ", with: " ")
                    #expect(said.contains("this goes on as that user, not as root"), "\(said)")
                }
                let wrong = try await host.run(["collect"] + place + ["--log-level", "loud"])
                #expect(wrong.status == 78)
                #expect(try host.records().count == 1)
                let limits = ["--feed-rate-limits", "off"]
                #expect(try await host.run(["collect"] + place + limits).status == 0)
                try Self.expectOwner(user, of: host, atLeast: 10)
            }
        }
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func `root stays root where the state is root's`() async throws {
        try await Self.use(0) { host in
            try await EndToEndFeed().serve { feed in
                let ended = try await host.collect(feed, deadline: "30s")
                #expect(ended.status == 0 && !ended.errors.contains("not as root"), "\(ended.errors)")
            }
            try Self.expectOwner(0, of: host, atLeast: 5)
        }
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func `a job of root's stays root's, wherever it is kept`() async throws {
        try await Self.use(65_534) { host in
            let place = ["POLISEN_STATE_PATH": host.state]
            #expect(try await host.run(["exec", "--job", "j", "--", "true"], environment: place).status == 0)
            let fresh = try await host.run(["freshness", "--exec-job", "j"], environment: place)
            #expect(fresh.status == 0 && !fresh.errors.contains("not as root"), "\(fresh.output)\(fresh.errors)")
            #expect(try Self.attributes(host.state + "/jobs/j/freshness-ledger.json").owner == 0)
        }
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func `doctor says how to give back what root has made in the way`() async throws {
        try await Self.use(65_534) { host in
            try FileSystem.replace(host.state + "/lock", [])
            let ended = try await host.run(
                ["doctor", "--json", "--state-path", host.state, "--feed-url", "http://127.0.0.1:1/x"])
            let checks = try JSONValue.parse(Array(ended.output.utf8))["checks"]?.array ?? []
            let state = try #require(checks.first { $0["check"] == "state" })
            #expect(state["result"] == "fails")
            #expect(state["fix"]?.string == "sudo chown --reference=\(host.state) \(host.state)/lock")
        }
    }

    /// Root without its privileges, as some containers have it.
    @Test(.enabled(if: isRoot && ToolProcess.path(of: "setpriv") != nil, "needs root and setpriv(1)"))
    func `root that cannot become the owner makes nothing, and says what to type`() async throws {
        try await Self.use(65_534) { host in
            let bound = [ToolProcess.path(of: "setpriv") ?? "setpriv", "--bounding-set", "-setuid,-setgid"]
            for command in ["collect", "doctor", "freshness"] {
                let ended = try await host.run(
                    [command, "--state-path", host.state, "--feed-url", "http://127.0.0.1:1/x"], inside: bound)
                #expect(ended.status == 77)
                let said = ended.errors.replacing("\n    ", with: " ")
                #expect(said.contains("cannot become user nobody: "), "\(said)")
                #expect(ended.errors.hasSuffix("\nfix: runuser -u nobody -- polisen-collector …\n"), "\(ended.errors)")
            }
            #expect(try FileSystem.list(host.state).isEmpty)
        }
    }

    @Test func `a textfile may be read by all, whatever the umask`() async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                let file = host.root + "/polisen.prom"
                let settings = ["POLISEN_METRICS_BACKEND": "textfile", "POLISEN_METRICS_TEXTFILE_PATH": file]
                let umask = ["/bin/sh", "-c", #"umask 0077; exec "$0" "$@""#]
                let ended = try await host.collect(feed, deadline: "30s", environment: settings, inside: umask)
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(try Self.attributes(file).mode == 0o644)
                let record = try #require(
                    try FileManager.default.subpathsOfDirectory(atPath: host.state + "/ledger").first)
                #expect(try Self.attributes(host.state + "/ledger/" + record).mode == 0o600)
            }
        }
    }

    @Test func `the slot comes from the timer that started the run, unless it is given`() async throws {
        try await EndToEndHost.use { host in
            try await EndToEndFeed().serve { feed in
                let trigger = [
                    "TRIGGER_UNIT": "polisen-collector.timer", "TRIGGER_TIMER_REALTIME_USEC": "1795419075250000",
                    "POLISEN_CLOCK": "2026-11-23T07:31:16Z",
                ]
                let ended = try await host.collect(feed, deadline: "30s", environment: trigger)
                #expect(ended.status == 0, "\(ended.errors)")
                #expect(try host.records().last?.plannedAt.map(Timestamp.text) == "2026-11-23T07:31:00.000Z")
            }
        }
    }
}
