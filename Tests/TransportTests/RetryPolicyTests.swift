// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing
import Transport

@Suite struct RetryPolicyTests {
    private static let now = Date(timeIntervalSince1970: 1_784_635_200)  // Tue, 21 Jul 2026 12:00:00 GMT

    @Test(arguments: [(1, 1, 2), (2, 2, 3), (3, 4, 5), (4, 8, 9), (5, 16, 17), (6, 30, 30), (7, 30, 30), (90, 30, 30)])
    func `backoff doubles up to its cap, with up to a second of chance`(attempt: Int, least: Int, most: Int) {
        var random = SeededGenerator(seed: UInt64(attempt))
        var delays: Set<Duration> = []
        for _ in 0..<50 { delays.insert(RetryPolicy.standard.delay(attempt: attempt, using: &random)) }
        #expect(delays.allSatisfy { $0 >= .seconds(least) && $0 <= .seconds(most) })
        #expect(least == most || delays.count > 40)
    }

    @Test(arguments: [(5, 5), (45, 45), (600, 60), (-3, 2), (1, 2)])
    func `Retry-After lengthens the wait, to a minute at most`(asked: Int, most: Int) {
        var random = SeededGenerator(seed: 1)
        let delay = RetryPolicy.standard.delay(attempt: 1, retryAfter: .seconds(asked), using: &random)
        #expect(delay <= .seconds(most))
        #expect(delay >= .seconds(max(1, min(asked, 60))))
    }

    @Test func `the floor holds whatever the cap`() {
        var random = SeededGenerator(seed: 1)
        let policy = RetryPolicy(attempts: 3, cap: .seconds(5), floor: .seconds(10))
        #expect(policy.delay(attempt: 1, using: &random) == .seconds(10))
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), (" 7 ", 7), ("61", 60), ("99999999999999999999999", 60),
            ("Tue, 21 Jul 2026 12:00:30 GMT", 30), ("Tue, 21 Jul 2026 13:00:00 GMT", 60),
            ("Tue, 21 Jul 2026 11:00:00 GMT", 0), ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil), ("+5", nil),
        ] as [(String, Int?)])
    func `Retry-After is seconds or a date, never past the cap`(value: String, seconds: Int?) {
        #expect(RetryPolicy.retryAfter(value, now: Self.now) == seconds.map { .seconds($0) })
    }

    @Test(
        arguments: [
            (200, nil, false), (304, nil, false), (400, "InvalidParameter", false), (401, "NotAuthenticated", false),
            (403, nil, false), (404, "NotAuthorizedOrNotFound", false), (408, nil, false), (409, nil, false),
            (409, "Conflict", false), (409, "InvalidatedRetryToken", false), (409, "IncorrectState", true),
            (409, "LockConflict", true), (409, "ExternalServerIncorrectState", true), (412, "IfNoneMatchFailed", false),
            (413, nil, false), (429, "TooManyRequests", true), (429, "IdcsConversionError", true), (429, nil, true),
            (500, "InternalServerError", true), (500, "SomethingNew", true), (501, "MethodNotImplemented", false),
            (502, nil, true), (503, nil, true), (504, nil, true), (599, nil, true), (600, nil, false),
        ] as [(Int, String?, Bool)])
    func `the status decides first, the code second`(status: Int, code: String?, isWorthIt: Bool) {
        #expect(RetryPolicy.isWorthRetrying(status: status, code: code) == isWorthIt)
    }

    @Test(
        arguments: [
            (.dns(host: "h", detail: ""), true), (.connect(host: "h", detail: ""), true),
            (.timeout(phase: .connect, host: "h", after: .seconds(1)), true),
            (.timeout(phase: .answer, host: "h", after: .seconds(1)), true),
            (.interrupted(host: "h", receivedBytes: 1, detail: ""), true), (.badEncoding(host: "h", detail: ""), true),
            (.tls(.expired, host: "h", detail: ""), false), (.tooLarge(limitBytes: 1, received: []), false),
            (.cancelled, false), (.unusable(detail: ""), false),
        ] as [(TransportError, Bool)])
    func `what the network did may pass, what is wrong by itself may not`(error: TransportError, isWorthIt: Bool) {
        #expect(RetryPolicy.isWorthRetrying(error) == isWorthIt)
    }
}
