// SPDX-License-Identifier: MIT

import Alarms
import Files
import Foundation
import JSON
import TestSupport
import Testing

@testable import CollectorCLI

struct AlarmExportTests {
    static func shipped() throws -> [AlarmTemplate] { try AlarmTemplateFiles.templates(in: packageRoot + "/alarms") }

    static let texts: [(text: String, expected: String)] = [
        ("plain å", #""plain å""#), ("a \"b\" \\ c", #""a \"b\" \\ c""#),
        ("line\nnext\ttab\r", #""line\nnext\ttab\r""#),
        ("${job}", "var.job"), ("of ${job} at ${topic_id}", #""of ${var.job} at ${var.topic_id}""#),
        ("%{ if x }", #""%%{ if x }""#), ("cost $5, 100%", #""cost $5, 100%""#),
        ("{{severity}} {{{x}}}", #""{{severity}} {{{x}}}""#), ("\u{1}\u{7F}", #""\u0001\u007f""#), ("", #""""#),
    ]

    @Test(arguments: texts)
    func `a text is written so that Terraform reads it back`(text: String, expected: String) {
        #expect(AlarmExport.string(text) == expected)
    }

    @Test func `what would begin a template is doubled`() {
        #expect(AlarmExport.escaped("${a} %{b} $ { % {") == "$${a} %%{b} $ { % {")
    }

    @Test func `a dollar before a placeholder does not swallow it`() {
        // In `$${` Terraform sees an escape: the dollar has to be written in another way.
        #expect(AlarmExport.string("costs $${job}") == #""costs ${"$"}${var.job}""#)
    }

    @Test func `every shipped alarm is a resource, its placeholders variables`() throws {
        let templates = try Self.shipped()
        let text = AlarmExport.terraform(templates, defaults: [.job: "polisen"], command: "x")
        #expect(
            text.split(separator: "\n").count { $0.hasPrefix("resource \"oci_monitoring_alarm\"") } == templates.count)
        #expect(text.contains(#/\n  compartment_id +=\ var\.compartment_id\n/#))
        #expect(text.contains("  default     = \"polisen\"\n"))
        #expect(text.contains("    \"managed-by\" = \"terraform\"\n"))
        #expect(!text.contains("= null"))
    }

    struct Schema: Sendable {
        let attributes: [String: JSONValue]
        /// By the name of the block, then of its argument.
        var blocks: [String: [String: JSONValue]] = [:]

        init() throws {
            let path = (testData ?? "") + "/oci/terraform-schema.json"
            let json = try JSONValue.parse(try #require(try FileSystem.read(path)))
            let resource = try #require(json["resources"]?["oci_monitoring_alarm"])
            attributes = Self.members(resource["attributes"])
            for (name, attribute) in attributes where attribute["type"]?.string?.hasPrefix("block") == true {
                blocks[name] = Self.members(attribute["fields"])
            }
        }

        private static func members(_ json: JSONValue?) -> [String: JSONValue] {
            Dictionary((json?.object ?? []).map { ($0.name, $0.value) }) { first, _ in first }
        }
    }

    @Test(.enabled(if: testData != nil, "needs POLISEN_TEST_DATA"))
    func `the resources have only arguments that the provider knows, and all it requires`() throws {
        let schema = try Schema()
        let text = AlarmExport.terraform(try Self.shipped(), defaults: [:], command: "x")
        let resources = text.components(separatedBy: "\nresource ").dropFirst()
        #expect(resources.count >= 20)
        let required = schema.attributes.filter { $0.value["mode"] == "required" }.map(\.key)
        #expect(required.contains("query"))
        for resource in resources {
            var names: Set<String> = []
            var block: String?
            for line in resource.split(separator: "\n") {
                if let match = line.firstMatch(of: /^  ([a-z_]+) \{$/) {
                    block = String(match.1)
                    names.insert(String(match.1))
                    #expect(schema.attributes[String(match.1)]?["type"]?.string?.hasPrefix("block") == true, "\(line)")
                } else if line == "  }" {
                    block = nil
                } else if let match = line.firstMatch(of: #/^  ([a-z_]+) +=\ /#) {
                    names.insert(String(match.1))
                    let attribute = try #require(schema.attributes[String(match.1)], "\(line)")
                    #expect(attribute["mode"] != "computed", "\(line)")
                } else if let block, let match = line.firstMatch(of: #/^    ([a-z_]+) +=\ /#) {
                    #expect(schema.blocks[block]?[String(match.1)] != nil, "\(block): \(line)")
                }
            }
            for name in required { #expect(names.contains(name), "\(name) is missing in \(resource.prefix(80))") }
        }
    }

    @Test func `the script hands every alarm to the OCI CLI with its placeholders filled in`() async throws {
        try await withTemporaryDirectory { directory in
            let templates = try Self.shipped()
            try FileSystem.replace(
                directory + "/alarms.sh", Array(AlarmExport.script(templates, command: "x").utf8), mode: 0o755)
            // Stands in for the OCI CLI: keeps what it is given.
            let stub = """
                #!/bin/sh
                set -eu
                [ "$1 $2 $3 $4" = 'monitoring alarm create --from-json' ]
                path=${5#file://}
                cp "$path" "$KEPT/$(basename "$path")"
                """
            try FileSystem.replace(directory + "/oci", Array(stub.utf8), mode: 0o755)
            let values = AlarmTemplate.standIns(namespace: "ns_1", job: "job-1")
            var environment = ["PATH": directory + ":/usr/bin:/bin", "KEPT": directory]
            for (placeholder, value) in values { environment[placeholder.rawValue] = value }
            let process = try ChildProcess.start(
                "/bin/sh", [directory + "/alarms.sh"], environment: environment, output: directory + "/out",
                errors: directory + "/err")
            let status = try await eventually("the end of the script", within: .seconds(60)) {
                process.isRunning ? nil : process.terminationStatus
            }
            #expect(status == 0, Comment(rawValue: ToolProcess.text(of: directory + "/err")))
            for template in templates {
                let bytes = try #require(try FileSystem.read(directory + "/\(template.key).json"), "\(template.key)")
                let made = try Alarm(json: JSONValue.parse(bytes), key: template.key)
                let desired = try DesiredAlarm(template, values, AlarmOwnership(job: "job-1"))
                #expect(made == desired.alarm, "\(template.key)")
            }
        }
    }

    @Test func `what a shell would expand stays as it is`() {
        #expect(AlarmExport.heredoc(#"a\n $HOME `date` ${job} \"#) == #"a\\n \$HOME \`date\` ${job} \\"#)
    }
}
