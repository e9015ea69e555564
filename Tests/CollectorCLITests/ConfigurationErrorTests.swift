// SPDX-License-Identifier: MIT

import JSON
import TestSupport
import Testing
import YAML

@testable import CollectorCLI

@Suite struct ConfigurationErrorTests {
    private static let faulty = """
        # A file with a bit of everything.
        feed:
          url: http://polisen.se/api/events
          timeout: 30
          contcat: a@example.org
        archive:
          backend: ocl
        backend: oci
        log: debug
        oci:
          bucket: [a, b]
          endpoints:
            object_storge: http://127.0.0.1:1
        metrics: {backend: {oci: true}, namespace: Polisen}
        archive.path: /a
        notifications:
          webhook: http://hooks.example/T0PS3CRET
        job: !!int 5

        """

    private func text(
        flags: [String: String] = [:], environment: [String: String] = [:], yaml: String
    ) -> String {
        do throws(ConfigurationError) {
            _ = try configuration(flags: flags, environment: environment, yaml: yaml, for: .collecting)
            return "valid"
        } catch {
            return error.description
        }
    }

    @Test func `all problems are told at once, with place, key, value and rule`() throws {
        let flags = ["archive.bakend": "oci", "log.level": "loud"]
        let environment = ["POLISEN_RUN_DEADLINE": "soon\n", "USE_VAULT": "perhaps", "POLISEN_CLOCK": "now"]
        let shown = text(flags: flags, environment: environment, yaml: Self.faulty)
        try expectGolden(shown + "\n", "config-errors.txt")
        #expect(shown.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        #expect(!shown.contains("T0PS3CRET"))
    }

    @Test(arguments: [
        ("feed: [", "config.yaml:1:8"), ("- a\n", "config.yaml:1:1"), ("text", "config.yaml:1:1"),
        ("feed:\n  url: a\n  url: b\n", "config.yaml:3:3"), ("job: a\noci: 5\n", "config.yaml:2:6"),
        ("a: &x {b: *x}\n", "config.yaml:1:4"), ("archive:\n  path: a\narchive.path: b\n", "config.yaml:3:15"),
        ("job: [a]\n", "config.yaml:1:6"), ("metrics:\n  backend: [[oci]]\n", "config.yaml:2:12"),
    ])
    func `a file of the wrong shape is one problem with its place`(yaml: String, place: String) {
        let found = problems(yaml: yaml)
        #expect(found.map(\.origin.description) == [place], "\(found)")
        #expect(found.first?.excerpt != nil)
    }

    @Test(
        arguments: [
            ("archve.backend", "archive.backend"), ("archive-backend", "archive.backend"), ("feed.uri", "feed.url"),
            ("oci.endpoints.object_storge", "oci.endpoints.object_storage"), ("deadline", "run.deadline"),
            ("Feed.URL", "feed.url"), ("backend", nil), ("entirely.different", nil), ("x", nil),
        ] as [(String, String?)])
    func `an unknown key is met with the likely one`(key: String, likely: String?) {
        let hint = likely.map { "; did you mean \($0)?" } ?? ""
        #expect(problems(flags: [key: "oci"]).map(\.rule) == ["is not a known key\(hint)"])
    }

    @Test func `a large file of something else is refused in short, and in time that grows with its length only`() {
        let found = problems(yaml: (0..<20_000).map { "key\($0): 1\n" }.joined())
        #expect(found.count == 21)
        #expect(found.last?.summary == "config.yaml: 19980 more unknown keys; is this the right file?")
    }

    @Test func `a source that is overridden is checked all the same`() {
        let found = problems(flags: ["job": "a"], environment: ["POLISEN_JOB": "b c"], yaml: "job: d e\n")
        #expect(found.map(\.origin.description) == ["environment POLISEN_JOB", "config.yaml:1:6"])
    }

    @Test func `a key given twice on the command line is refused`() {
        let flags = [
            ConfigurationFlag(key: "job", text: "a", name: "--job"),
            ConfigurationFlag(key: "job", text: "b", name: "--set"),
        ]
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(flags: flags, environment: [:], file: nil, for: .reading)
        }
        #expect(error?.problems.map(\.summary) == ["flag --set: job: is given 2 times; keep one"])
    }

    @Test(arguments: [
        "notifications: {webhook: http://hooks.example/T0PS3CRET}",
        "notifications: {webhook: https://hooks.example/T0PS3CRET, topic: x}",
        "notifications:\n  webhook: [https://hooks.example/T0PS3CRET]",
        "notifications:\n  webhook: !x https://hooks.example/T0PS3CRET",
        "notifications:\n  webhook: \"https://hooks.example/T0PS3CRET\n",
        "notifications:\n  webhook: https://hooks.example/T0PS3CRET\n  webhook: b",
        "notifications:\n  webhok: https://hooks.example/T0PS3CRET",
        "notifications.webhook: https://hooks.example/T0PS3CRET\nnotifications: {webhook: https://a.example}",
        "feed:\n  url: https://user:T0PS3CRET@polisen.se/",
    ])
    func `no error repeats a secret`(yaml: String) {
        let shown = text(yaml: yaml)
        #expect(shown != "valid")
        #expect(!shown.contains("T0PS3CRET"), "\(shown)")
    }

    @Test func `a secret on the command line or in the environment is not repeated either`() {
        let secret = "http://hooks.example/T0PS3CRET"
        let found =
            problems(flags: ["notifications.webhook": secret, "notifications.webhok": secret])
            + problems(environment: ["POLISEN_NOTIFICATIONS_WEBHOOK": secret])
        #expect(found.count == 3)
        #expect(!ConfigurationError(found).description.contains("T0PS3CRET"))
        #expect(!ConfigurationError(found).json.text.contains("T0PS3CRET"))
    }

    @Test func `long and odd values are shown short and harmless`() throws {
        let problem = try #require(problems(flags: ["job": "\u{1B}[2J" + String(repeating: "x", count: 500)]).first)
        #expect(problem.summary.hasPrefix("flag --job: job: \"\\u{1B}[2Jxxx"))
        #expect(problem.summary.contains("…\" must be"))
        #expect(problem.summary.count < 220)
    }

    @Test func `problems are JSON for programs`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try configuration(flags: ["job": "a b"], yaml: "feed:\n  timeout: 1\n")
        }
        #expect(
            error?.json.text == """
                {"valid":false,"problems":[{"key":"job","value":"a b",\
                "rule":"must be 1 to 64 letters, digits, dots, underscores and hyphens",\
                "origin":"flag","name":"--job"},{"key":"feed.timeout","value":"1",\
                "rule":"must be a number and a unit: 500ms, 30s, 5m, 1h (at most 10m)",\
                "origin":"file","name":"config.yaml","line":2,"column":12}]}
                """)
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ("a", "b", 1), ("log.level", "log.levle", 1),
    ])
    func `the edit distance counts swaps as one`(a: String, b: String, distance: Int) {
        #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
        #expect(editDistance(Array(b.utf8), Array(a.utf8)) == distance)
    }

    @Test func `text wraps between words and never inside of one`() {
        #expect(wrapped("one two three", width: 7, indent: 2) == ["one two", "  three"])
        #expect(wrapped("overlongword x", width: 4, indent: 0) == ["overlongword", "x"])
        #expect(wrapped("", width: 4, indent: 0) == [""])
    }
}
