// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import TestSupport
import Testing
import Transport

/// The alarm calls over libcurl and a real socket.
@Suite struct AlarmWireTests {
    static let id = "ocid1.alarm.oc1.eu-stockholm-1.aaaa"
    static let base = "/20180401/alarms"
    static let answer = #"{"id":"\#(id)","displayName":"freshness","suppression":null,"new":{"a":1}}"#

    private static func monitoring(_ server: FaultServer) throws -> Monitoring {
        var client = try ClientHarness(replies: []).client
        client.transport = try .curl(CurlOptions(userAgent: "fallback"))
        client.endpoints = try Endpoints(
            region: RegionLookup().region("arn"), overrides: [.monitoring: "http://\(server.authority)"])
        return Monitoring(client: client)
    }

    /// Each request as it came over all connections: line, headers, body.
    private static func requests(_ server: FaultServer) -> [(line: String, headers: [String: String], body: String)] {
        server.receivedText.flatMap { text in
            var rest = Substring(text)
            var found: [(line: String, headers: [String: String], body: String)] = []
            while let end = rest.firstRange(of: "\r\n\r\n") {
                let lines = rest[..<end.lowerBound].split(separator: "\r\n").map(String.init)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    guard let colon = line.firstIndex(of: ":") else { continue }
                    headers[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
                }
                let length = Int(headers["content-length"] ?? "0") ?? 0
                let body = rest[end.upperBound...].utf8.prefix(length)
                found.append((lines.first ?? "", headers, String(Substring(body))))
                rest = rest[body.endIndex...]
            }
            return found
        }
    }

    @Test func `an alarm is created with its retry token and comes back with its tag`() async throws {
        try await withFaultServer([.readRequest, .answer(Self.answer, headers: "etag: e1\r\n")]) { server in
            let details: JSONValue = ["displayName": "freshness", "query": #"a[1m]{b = "c"}.sum() > 1"#]
            let made = try await Self.monitoring(server).createAlarm(details, retryToken: "T0ken")
            #expect(made.id == Self.id && made.etag == "e1")
            #expect(made.json["new"]?["a"]?.int == 1)
            let request = try #require(Self.requests(server).first)
            #expect(request.line == "POST \(Self.base) HTTP/1.1")
            #expect(request.headers["opc-retry-token"] == "T0ken")
            #expect(request.body == details.text)
        }
    }

    @Test func `a creation whose reply is lost is repeated under the same token`() async throws {
        try await withFaultServer([.readRequest, .reset], [.readRequest, .answer(Self.answer)]) { server in
            let made = try await Self.monitoring(server).createAlarm(["displayName": "a"], retryToken: "same")
            #expect(made.etag == nil)
            #expect(Self.requests(server).map { $0.headers["opc-retry-token"] } == ["same", "same"])
        }
    }

    @Test(arguments: ["", "with space", String(repeating: "a", count: 65)])
    func `a token the service would not take is not sent`(token: String) async throws {
        try await withFaultServer([.readRequest, .answer("{}")]) { server in
            let monitoring = try Self.monitoring(server)
            let error = await failure { () async throws(OCIError) in
                try await monitoring.createAlarm([:], retryToken: token)
            }
            #expect(error?.reason == "unusable" && server.requestCount == 0)
        }
    }

    @Test func `an alarm without an id cannot be read`() async throws {
        try await withFaultServer([.readRequest, .answer(#"{"displayName":"a"}"#)]) { server in
            let monitoring = try Self.monitoring(server)
            let error = await failure { () async throws(OCIError) in try await monitoring.alarm(Self.id) }
            #expect(error?.reason == "unreadable_body")
        }
    }

    @Test func `an alarm is asked for and changed and deleted under its tag`() async throws {
        let gone = "HTTP/1.1 204 No Content\r\n\r\n"
        try await withFaultServer([
            .readRequest, .answer(Self.answer, headers: "etag: e1\r\n"), .readRequest,
            .answer(Self.answer, headers: "etag: e2\r\n"), .readRequest, .send(gone), .readRequest, .send(gone),
        ]) { server in
            let monitoring = try Self.monitoring(server)
            let found = try #require(try await monitoring.alarm(Self.id))
            let changed = try await monitoring.updateAlarm(Self.id, ["overrides": []], ifMatch: found.etag)
            try await monitoring.removeSuppression(Self.id)
            #expect(try await monitoring.deleteAlarm(Self.id, ifMatch: changed.etag))
            let requests = Self.requests(server)
            let target = "\(Self.base)/\(Self.id)"
            #expect(
                requests.map(\.line) == [
                    "GET \(target) HTTP/1.1", "PUT \(target) HTTP/1.1",
                    "POST \(target)/actions/removeSuppression HTTP/1.1", "DELETE \(target) HTTP/1.1",
                ])
            #expect(requests.map { $0.headers["if-match"] } == [nil, "e1", nil, "e2"])
            #expect(requests.map(\.body) == ["", #"{"overrides":[]}"#, "", ""])
        }
    }

    @Test func `an alarm that is not there is nil, and deleting it again no error`() async throws {
        let body = #"{"code":"NotAuthorizedOrNotFound","message":"m"}"#
        let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        try await withFaultServer([.readRequest, .send(missing), .readRequest, .send(missing)]) { server in
            let monitoring = try Self.monitoring(server)
            #expect(try await monitoring.alarm(Self.id) == nil)
            #expect(try await monitoring.deleteAlarm(Self.id, ifMatch: nil) == false)
        }
    }

    @Test func `a change of an alarm that somebody else changed is refused`() async throws {
        let body = #"{"code":"NoEtagMatch","message":"m"}"#
        let refused = "HTTP/1.1 412 Precondition Failed\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        try await withFaultServer([.readRequest, .send(refused)]) { server in
            let monitoring = try Self.monitoring(server)
            let error = await failure { () async throws(OCIError) in
                try await monitoring.updateAlarm(Self.id, [:], ifMatch: "old")
            }
            #expect(error?.httpStatus == 412 && server.requestCount == 1)
        }
    }

    @Test func `alarms are listed page by page`() async throws {
        try await withFaultServer([
            .readRequest, .answer(#"[{"id":"a"}]"#, headers: "opc-next-page: p/2\r\n"), .readRequest,
            .answer(#"[{"id":"b"}]"#),
        ]) { server in
            let alarms = try await Self.monitoring(server).alarms(
                compartment: "c", displayName: "no runs", lifecycleState: "ACTIVE")
            #expect(alarms.compactMap { $0["id"]?.string } == ["a", "b"])
            let target = "GET \(Self.base)?compartmentId=c&displayName=no%20runs&lifecycleState=ACTIVE"
            #expect(Self.requests(server).map(\.line) == [target + " HTTP/1.1", target + "&page=p%2F2 HTTP/1.1"])
        }
    }

    @Test func `the streams of an alarm are listed page by page`() async throws {
        let item =
            #"{"alarmSummary":"s","dimensions":{"job":"p"},"status":"FIRING","ruleName":"BASE","timestamp":"2026-07-21T11:00:00Z"}"#
        try await withFaultServer([
            .readRequest, .answer(#"{"alarmId":"a","items":[\#(item)]}"#, headers: "opc-next-page: 2\r\n"),
            .readRequest, .answer(#"{"alarmId":"a","items":[{"status":"DREAMING"}]}"#),
        ]) { server in
            let states = try await Self.monitoring(server).dimensionStates(
                Self.id, dimensions: ["job": "p"], status: "FIRING")
            #expect(states.map(\.status) == ["FIRING", "DREAMING"])
            #expect(states.first?.dimensions == ["job": "p"] && states.first?.ruleName == "BASE")
            #expect(states.first?.timestamp == Date(timeIntervalSince1970: 1_784_631_600))
            let requests = Self.requests(server)
            let target = "POST \(Self.base)/\(Self.id)/actions/retrieveDimensionStates"
            #expect(requests.map(\.line) == [target + " HTTP/1.1", target + "?page=2 HTTP/1.1"])
            #expect(requests.first?.body == #"{"dimensionFilters":{"job":"p"},"status":"FIRING"}"#)
        }
    }
}
