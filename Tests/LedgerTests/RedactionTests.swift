// SPDX-License-Identifier: MIT

import Ledger
import Testing

@Suite struct RedactionTests {
    private static let secret = "c4n4ry-S3CRET"

    @Test(arguments: [
        "Authorization: Bearer \(secret)", "authorization:Basic \(secret) more",
        "{\"Authorization\": \"Signature \(secret)\"}",
        "password=\(secret)", "DB_PASSWORD: \(secret)", "--token=\(secret)", "token \"x\"; secret = '\(secret)'",
        "{\"password\":\"\(secret)\"}", "{\\\"api_key\\\": \\\"\(secret)\\\"}", "https://user:\(secret)@host/path",
        "client_secret=\(secret)&x=1", "curl -H 'Bearer \(secret)'", "Set-Cookie: id=\(secret)",
        "-----BEGIN PRIVATE KEY-----\n\(secret)\n-----END PRIVATE KEY-----", "\(secret)\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n\(secret)", "mysqldump --password \(secret) db", "run --db-token '\(secret)'",
        "pass phrase: \(secret)", "secret \(secret)", "the password is \(secret)", "Password is: \(secret)",
        "ghp_\(secret)AbC123", "x github_pat_11AA_\(secret)", "https://x:y@h/ eyJhbGciOiJub25lIn0.eyJz.\(secret)",
        "PUT https://a.blob/x?sv=1&sig=\(secret)&x=1", "x?sig=\(secret)", "glpat-\(secret)", "\"xoxb-1-\(secret)\"",
        "sk-proj-\(secret)-0123", "AccountKey=\(secret);x", "https://o.example/p/\(secret)/n/ns/b/x/o/y",
        "https://hooks.slack.com/services/T0/B0/\(secret)", "cookie: \(secret); authorization: x",
        "authorization failed; Authorization: Basic \(secret)",
    ])
    func `what looks like a secret goes`(text: String) {
        let kept = Redaction().tail(of: Array("before\n\(text)\n".utf8), isCut: false)
        #expect(!kept.contains(Self.secret), "\(kept)")
        #expect(kept.contains(Redaction.mark))
    }

    @Test(arguments: [
        "tokens: none were harmed", "no route to host", "the password is wrong", "see https://example.org/a@b?x=1",
        "-----------------", "", "task-force sk-learn is no token expired", "password for user bob:",
        "token expired", "the secret was not found", "AKIA is a prefix", "eyJ.", "npm_config_user_agent=npm/10",
        "a page http://h/p/abc/x?signed=no", "mysql -p x",
    ])
    func `ordinary lines stay as they are`(text: String) {
        // `tokens:` names no token; the word behind it may go, the line may not.
        let kept = Redaction().tail(of: Array("\(text)\nnext\n".utf8), isCut: false)
        #expect(kept.hasSuffix("\nnext\n"))
        if !text.hasPrefix("tokens") { #expect(kept == "\(text)\nnext\n") }
    }

    @Test func `an access key of AWS goes`() {
        let kept = Redaction().tail(of: Array("id AKIAIOSFODNN7EXAMPLE used".utf8), isCut: false)
        #expect(kept == "id [redacted] used")
    }

    @Test(arguments: [
        "eyJ-", "eyJa.", "sk-", "://", "token ", "token 'a ", "token is \"to ", "--", "-token", "/p/", "&sig=",
        "-----END x-----\n", "-----BEGIN x", "cookie ", "password is to-", "\"", "secret\\ ", "pass phrase",
    ])
    func `time grows with the length of a line, not with its square`(piece: String) {
        let clock = ContinuousClock()
        let times = [4_000, 64_000].map { count in
            let bytes = Array(String(repeating: piece, count: count / piece.utf8.count).utf8)
            return clock.measure { _ = Redaction().redacted(bytes) }
        }
        // 16 times the length: 16 times as long, or 256 times where it is the square. A busy machine is granted 5 times.
        #expect(times[1] < max(.milliseconds(600), times[0] * 80), "\(times)")
    }

    @Test func `values of variables that say they are secret go, wherever they stand`() {
        let redaction = Redaction(environment: [
            "APP_SECRET": Self.secret, "PATH": "/usr/bin", "SIGNING_KEY": "line-one-of-it\nline-two-of-it",
            "A_TOKEN": "ab", "CHAT_WEBHOOK": "https://hooks.example/T0/B1",
        ])
        #expect(redaction.tail(of: Array("to https://hooks.example/T0/B1".utf8), isCut: false) == "to [redacted]")
        let text = "x\(Self.secret)y /usr/bin\nline-two-of-it\nab\n"
        #expect(redaction.tail(of: Array(text.utf8), isCut: false) == "x[redacted]y /usr/bin\n[redacted]\nab\n")
    }

    @Test func `the first line of a cut output goes, as it may be half a secret`() {
        #expect(Redaction().tail(of: Array("alf-a-secret\nwhole\n".utf8), isCut: true) == "whole\n")
        #expect(Redaction().tail(of: Array("no line end".utf8), isCut: true) == "")
    }

    @Test(arguments: [0, 1, 7, 8, 12, 20, 30])
    func `of a secret that the beginning of the tail cuts, nothing is kept`(cut: Int) {
        let redaction = Redaction(values: [Self.secret])
        let all = Array("password=\(Self.secret) and more without any line end \(Self.secret) \(Self.secret)".utf8)
        let kept = redaction.tail(of: Array(all[cut...]), isCut: true, limitBytes: all.count - 40)
        #expect(!kept.contains("S3CRET") && !kept.contains("c4n4ry"), "\(kept)")
        #expect(kept.contains(Redaction.mark), "a long line is no reason to keep nothing: \(kept)")
    }

    @Test func `no more than the limit is kept, and bytes that are no text do no harm`() {
        let bytes = [UInt8](repeating: 0xFF, count: 100) + Array(String(repeating: "z", count: 100).utf8)
        #expect(Redaction().tail(of: bytes, isCut: false, limitBytes: 10) == "zzzzzzzzzz")
        #expect(!Redaction().tail(of: bytes, isCut: false).isEmpty)
    }
}
