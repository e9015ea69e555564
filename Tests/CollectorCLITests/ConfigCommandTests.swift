// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import TestSupport
import Testing
import YAML

@testable import CollectorCLI

@Suite struct ConfigCommandTests {
    private static let path = "/etc/polisen-collector/config.yaml"

    private static let desk = Desk(
        environment: ["API_CONTACT_EMAIL": "a@example.org", "POLISEN_FEED_TIMOUT": "1s"],
        files: [
            path: """
            archive:
              backend: oci
            oci:
              namespace: axaxnpcrorw5
              bucket: polisen-events-collector-with-quite-a-long-name-indeed
              endpoints: {object_storage: "http://127.0.0.1:8080"}
            metrics: {backend: [textfile]}
            notifications:
              webhook: https://hooks.example/T0PS3CRET
            """
        ])

    private func show(_ desk: Desk, _ arguments: String...) throws -> CollectorCLI.ExitStatus {
        try ConfigShow.quick(arguments).run(in: desk.surroundings)
    }

    @Test func `show tells every value and where it comes from`() throws {
        let desk = Desk(environment: Self.desk.environment, files: [Self.path: try #require(Self.desk.file(Self.path))])
        #expect(try show(desk, "--oci-region", "eu-frankfurt-1", "--set", "job=nightly") == .ok)
        try expectGolden(desk.output, "config-show.txt")
        #expect(
            desk.error == """
                warning: environment POLISEN_FEED_TIMOUT is not known and has no effect; did you mean \
                POLISEN_FEED_TIMEOUT?

                """)
    }

    @Test func `show answers in JSON with warnings inside`() throws {
        let desk = Desk(environment: Self.desk.environment, files: [Self.path: try #require(Self.desk.file(Self.path))])
        #expect(try show(desk, "--json", "--set", "job=a=b") == .configuration)
        #expect(try show(desk, "--json", "--job", "nightly") == .ok)
        try expectGolden(desk.output, "config-show.json")
        #expect(desk.error.contains("flag --set: job: \"a=b\" must be"))
    }

    @Test func `check says what is effective`() throws {
        let desk = Desk(environment: Self.desk.environment, files: [Self.path: try #require(Self.desk.file(Self.path))])
        #expect(try ConfigCheck.quick(["--job", "x"]).run(in: desk.surroundings) == .ok)
        #expect(
            desk.output == """
                /etc/polisen-collector/config.yaml: the configuration is valid
                keys from file 6, environment 1, flags 1, default \(Keys.all.count - 8)

                """)
        #expect(desk.error.hasPrefix("warning: environment POLISEN_FEED_TIMOUT"))
    }

    @Test func `check answers with the problems and exit status 78`() throws {
        let desk = Desk(files: [Self.path: "log: {level: loud}\n"])
        #expect(try ConfigCheck.quick([]).run(in: desk.surroundings) == .configuration)
        #expect(desk.output.hasPrefix("\(Self.path):1:14: log.level: \"loud\" must be one of"))
        #expect(desk.output.contains("feed.contact: is not set"))
        #expect(desk.error.isEmpty)
    }

    @Test func `check answers in JSON`() throws {
        let desk = Desk(environment: ["API_CONTACT_EMAIL": "a@example.org"])
        #expect(try ConfigCheck.quick(["--json"]).run(in: desk.surroundings) == .ok)
        #expect(
            desk.output == """
                {"valid":true,"file":null,"from_file":0,"from_environment":1,"from_flags":0,\
                "from_default":\(Keys.all.count - 1),"warnings":[]}

                """)
    }

    @Test func `the file is --config, else the variable, else the standard place`() throws {
        let files = ["/a": "job: a", "/b": "job: b", Self.path: "job: c"]
        func job(_ arguments: [String], _ environment: [String: String]) throws -> String? {
            let options = try GlobalOptions.quick(arguments)
            let surroundings = Desk(environment: environment, files: files).surroundings
            return try options.configuration(in: surroundings, for: .reading).text("job")
        }
        #expect(try job(["--config", "/a"], ["POLISEN_CONFIG": "/b"]) == "a")
        #expect(try job([], ["POLISEN_CONFIG": "/b"]) == "b")
        #expect(try job([], ["POLISEN_CONFIG": ""]) == "c")
        #expect(try job([], [:]) == "c")
    }

    @Test func `a file that was asked for must be there, the standard one need not`() throws {
        let desk = Desk(environment: ["POLISEN_CONFIG": "/b"])
        #expect(try show(Desk()) == .ok)
        #expect(try show(desk, "--config", "/a") == .configuration)
        #expect(try show(desk) == .configuration)
        #expect(desk.error.contains("flag --config: there is no file /a; `polisen-collector config init /a` makes"))
        #expect(desk.error.contains("environment POLISEN_CONFIG: there is no file /b"))
    }

    @Test func `a file that cannot be read is a problem, wherever it is`() throws {
        let desk = Desk(failure: 13)
        #expect(try show(desk) == .configuration)
        #expect(desk.error.contains("cannot open \(Self.path): Permission denied"))
    }

    @Test func `init writes a file that reads back as the defaults`() throws {
        let desk = Desk(environment: ["POLISEN_CONFIG": "/new.yaml"])
        #expect(try ConfigInit.quick([]).run(in: desk.surroundings) == .ok)
        let text = try #require(desk.file("/new.yaml"))
        try expectGolden(text, "config-init.yaml")
        #expect(text.split(separator: "\n" as Character).allSatisfy { $0.count <= 80 })
        let read = try configuration(yaml: text)
        for (setting, standard) in zip(read.settings, try configuration().settings) {
            #expect(setting.text == standard.text, "\(setting.key.path)")
            #expect((setting.origin == .standard) == (setting.text == nil), "\(setting.key.path)")
        }
    }

    @Test func `every line of the file can be switched on`() throws {
        let text = ConfigurationExample.text
        for key in Keys.all where key.defaultText == nil {
            let name = key.sectionAndName.name
            #expect(text.contains(" # \(name):\n"), "\(key.path)")
        }
        let lines = text.split(separator: "\n" as Character, omittingEmptySubsequences: false)
        let edited = lines.map { $0 == "  # contact:" ? "  contact: a@example.org" : $0 }
        let read = try configuration(yaml: edited.joined(separator: "\n"))
        #expect(read.feed.contact == "a@example.org")
    }

    @Test func `init leaves a file that is there as it is`() throws {
        let desk = Desk(files: ["/mine.yaml": "job: mine\n"])
        #expect(try ConfigInit.quick(["/mine.yaml"]).run(in: desk.surroundings) == .cannotWrite)
        #expect(desk.file("/mine.yaml") == "job: mine\n")
        #expect(desk.error.contains("/mine.yaml exists and is left as it is"))
    }

    @Test func `init prints to a pipe, and says where it cannot write`() throws {
        let desk = Desk()
        #expect(try ConfigInit.quick(["-"]).run(in: desk.surroundings) == .ok)
        #expect(desk.output == ConfigurationExample.text)
        let broken = Desk(failure: 30)
        #expect(try ConfigInit.quick([]).run(in: broken.surroundings) == .cannotWrite)
        #expect(broken.error.contains("cannot create \(Self.path)"))
    }

    @Test func `init makes a real file once`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/config.yaml"
            let command = try ConfigInit.quick([path])
            var live = Surroundings.live
            live.write = { _, _ throws(FileError) in }
            #expect(command.run(in: live) == .ok)
            #expect(command.run(in: live) == .cannotWrite)
            let file = try GlobalOptions.quick(["--config", path]).configuration(in: live, for: .reading).file
            #expect(file == path)
        }
    }

    @Test(arguments: [
        "plain", "./data", "a b", "it's", "a: b", "#x", "- x", "null", "", "~", "*x", "a:", "a #b", "[x]", "é",
    ])
    func `values are quoted where YAML needs it`(text: String) throws {
        let yaml = Array("k: \(ConfigurationExample.scalar(text))\n".utf8)
        let scalar = try YAMLParser().parse(yaml)?["k"]?.scalar
        #expect(scalar?.text == text && scalar?.isNull == false)
    }

    @Test(arguments: [28, 32, 5] as [Int32])
    func `an answer that cannot be printed is exit status 73, silent where the reader has gone`(code: Int32) throws {
        let desk = Desk(failure: code)
        #expect(try VersionCommand.quick([]).run(in: desk.surroundings) == .cannotWrite)
        #expect(desk.error.isEmpty == (code == 32))
    }

    @Test func `version names program, version, language and platform`() throws {
        let desk = Desk()
        #expect(try VersionCommand.quick([]).run(in: desk.surroundings) == .ok)
        #expect(try VersionCommand.quick(["--json"]).run(in: desk.surroundings) == .ok)
        let lines = desk.output.split(separator: "\n" as Character)
        #expect(lines.first?.hasPrefix("polisen-collector \(Product.version) (Swift 6.") == true)
        let json = try JSONValue.parse(String(lines[1]))
        #expect(json["version"]?.string == Product.version)
        #expect(json["name"]?.string == "polisen-collector")
        #expect(Product.token == "polisen-collector/\(Product.version)")
    }
}
