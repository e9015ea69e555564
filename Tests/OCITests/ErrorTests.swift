// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI
import Testing
import Transport

@Suite struct ErrorTests {
    static let call = OCIClient.Call("GetThing", .monitoring, .get, "/things")

    @Test(arguments: [
        (#"{"code":"InvalidParameter","message":"bad"}"#, "InvalidParameter", "bad"),
        (#"{"code":"404","message":"logId not found"}"#, "404", "logId not found"),
        (#"{"code":404,"message":"n"}"#, "404", "n"),
        (#"{"message":"only"}"#, "", "only"), (#"{"code":null,"message":null}"#, "", ""), (#"{}"#, "", ""),
        (#""a bare string""#, "", "a bare string"), ("", "", ""), ("plain\n text\u{0}", "", "plain text"),
        ("<html><head><title>502 Bad</title></head><body>Gateway\r\n</body></html>", "", "502 Bad Gateway"),
        (#"{"code":"X","#, "", #"{"code":"X","#), ("[1]", "", "[1]"),
        (#"{"code":"C","message":"keyId is ocid1.t/ocid1.u/aa:bb here"}"#, "C", "keyId is ••• here"),
        (
            #"{"code":"C","message":"got Signature headers=\"date\",signature=\"c2VjcmV0\""}"#, "C",
            #"got Signature headers="date",•••"#
        ),
    ])
    func `error bodies of every kind are read`(body: String, code: String, message: String) async throws {
        let source = CredentialSource.fixed(try .apiKey(keyID: "ocid1.t/ocid1.u/aa:bb"))
        let harness = try ClientHarness(replies: [.with(400, body, ["opc-request-id": "R"])], credentials: source)
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        guard case .service(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.code == code)
        #expect(failure.message == message)
        #expect(failure.requestID == "R")
        #expect(error?.requestID == "R")
    }

    @Test func `a long message is cut to 1024 characters`() async throws {
        let harness = try ClientHarness(replies: [.with(400, String(repeating: "å", count: 5_000))])
        let error = await failure { () async throws(OCIError) in try await harness.client.send(Self.call) }
        guard case .service(let failure) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(failure.message.count == 1_024)
    }

    @Test(arguments: [
        (302, "", "rejected"), (400, "InvalidParameter", "rejected"), (401, "NotAuthenticated", "auth_denied"),
        (403, "NotAllowed", "auth_denied"), (404, "NotAuthorizedOrNotFound", "not_found"),
        (409, "Conflict", "conflict"),
        (412, "NoEtagMatch", "conflict"), (413, "PayloadTooLarge", "rejected"), (429, "TooManyRequests", "throttled"),
        (500, "InternalServerError", "server_error"), (501, "MethodNotImplemented", "server_error"),
    ])
    func `statuses map to a closed set of reasons and a next step`(status: Int, code: String, reason: String) {
        let failure = ServiceFailure(
            operation: "GetThing x", status: status, code: code, message: "said", requestID: "R9", clockSkew: nil,
            attempts: 1)
        let error = OCIError.service(failure)
        #expect(error.reason == reason)
        #expect(error.httpStatus == status)
        #expect(error.description.hasPrefix("GetThing x: \(status) "))
        #expect(error.description.contains("[opc-request-id R9]; "))
    }

    @Test(
        arguments: [
            (.dns(host: "h", detail: "d"), "dns"), (.connect(host: "h", detail: "d"), "connect"),
            (.tls(.unknownIssuer, host: "h", detail: "d"), "tls"), (.tls(.expired, host: "h", detail: "d"), "tls"),
            (.tls(.other, host: "h", detail: "d"), "tls"),
            (.interrupted(host: "h", receivedBytes: 1, detail: "d"), "interrupted"),
            (.timeout(phase: .answer, host: "h", after: .seconds(1)), "timeout"), (.cancelled, "cancelled"),
            (.tooLarge(limitBytes: 1, received: []), "too_large"),
            (.badEncoding(host: "h", detail: "d"), "bad_encoding"),
            (.unusable(detail: "d"), "unusable"),
        ] as [(TransportError, String)])
    func `transport errors keep their reason and name the operation`(cause: TransportError, reason: String) {
        let error = OCIError.transport(cause, operation: "GetThing x", attempts: 3)
        #expect(error.reason == reason)
        #expect(error.description.hasPrefix("GetThing x (3 attempts): "))
        #expect(error.requestID == nil && error.httpStatus == nil)
    }

    @Test func `other errors have their reasons`() {
        let problem = CredentialProblem(kind: "vault", message: "m")
        #expect(OCIError.credential(problem).reason == "credential")
        #expect(OCIError.credential(problem).description == "m")
        #expect("\(problem)" == "m")
        #expect(OCIError.deadline(operation: "o").description.contains("run.deadline"))
        #expect(OCIError.unreadableBody(operation: "o", problem: "p", requestID: "R").reason == "unreadable_body")
        #expect(OCIError.unreadableBody(operation: "o", problem: "p", requestID: "R").requestID == "R")
    }

    @Test(
        arguments: [
            ("2026-07-21T12:00:00Z", 1_784_635_200), ("2026-07-21t14:00:00+02:00", 1_784_635_200),
            ("2026-07-21T12:00:00.000000000Z", 1_784_635_200), ("2024-02-29T00:00:00Z", 1_709_164_800),
            ("1969-12-31T23:59:59.5Z", -0.5), ("2000-03-01T00:00:00-00:30", 951_870_600),
            ("2026-07-21T12:00:00.123456Z", 1_784_635_200.123456), ("2016-12-31T23:59:60Z", 1_483_228_800),
        ] as [(String, Double)])
    func `RFC 3339 is read with any fraction and zone`(text: String, seconds: Double) throws {
        let date = try #require(RFC3339.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
    }

    @Test(arguments: [
        "", "2026-07-21", "2026-07-21T12:00:00", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-07-21T24:00:00Z",
        "2026-07-21T12:00:00.Z", "2026-07-21T12:00:00Zx", "2026-07-21T12:00:00+2:00", "Tue, 21 Jul 2026 11:59:00 GMT",
    ])
    func `what is no RFC 3339 is not read`(text: String) { #expect(RFC3339.date(text) == nil) }

    @Test(arguments: [
        "2026-07-21T12:00:00.000Z", "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.001Z", "2024-02-29T23:59:59.999Z",
        "2100-03-01T00:00:00.007Z", "0001-01-01T00:00:00.000Z",
    ])
    func `RFC 3339 is written with milliseconds`(text: String) throws {
        #expect(RFC3339.text(try #require(RFC3339.date(text))) == text)
    }
}
