// SPDX-License-Identifier: MIT

import MQL
import YAML

/// A file of tests for alarms and queries, in the spirit of `promtool test rules`.
///
/// The alarms it names are read with it, so that what is broken is told before anything runs.
package struct AlarmTestFile: Sendable {
    /// As it was named to the reader.
    package let path: String
    /// The alarms that its tests may name, in the order of the files.
    package let alarms: [Alarm]
    package let tests: [AlarmTestCase]

    /// Reads a test file and the alarms it names.
    ///
    /// - Parameters:
    ///   - path: for messages.
    ///   - bytes: the YAML text.
    ///   - resolve: the bytes of a file that `alarms:` names, as written there; nil where there is none.
    /// - Throws: everything that is wrong, with line and column.
    package init(path: String, bytes: [UInt8], resolve: (String) -> [UInt8]?) throws(AlarmTestError) {
        self.path = path
        var reader = AlarmTestReader(path: path, source: bytes)
        reader.read(resolve: resolve)
        guard reader.yaml.problems.isEmpty else { throw AlarmTestError(problems: reader.yaml.problems) }
        alarms = reader.alarms
        tests = reader.tests
    }

    /// The alarm of that key.
    package func alarm(_ key: String) -> Alarm? { alarms.first { $0.key == key } }
}

/// What holds for tests that say nothing else.
struct AlarmTestDefaults {
    var namespace: String?
    var resourceGroup: String?
    /// 2026-01-05T00:00:00Z, a Monday.
    var start: Int64 = 1_767_571_200_000
    var step: Int64 = 60_000
    var knobs = Knobs()
    /// Fills the placeholders of alarms in JSON files.
    var placeholders = AlarmTemplate.standIns()
}

/// The state of reading one test file.
struct AlarmTestReader {
    var yaml: YAMLReading
    var defaults = AlarmTestDefaults()
    var alarms: [Alarm] = []
    var tests: [AlarmTestCase] = []

    init(path: String, source: [UInt8]) { yaml = YAMLReading(path: path, source: source) }

    mutating func read(resolve: (String) -> [UInt8]?) {
        guard let root = yaml.root() else { return }
        let entries = yaml.entries(
            root, of: "the file", known: ["version", "alarms", "defaults", "profile", "tests"],
            required: ["version", "tests"])
        if let node = entries["version"], let version = yaml.text(node, of: "version"), version != "1" {
            yaml.fail("version \"\(version)\" is not known; write version: 1", at: node.mark)
        }
        if let node = entries["defaults"] { readDefaults(node) }
        if let node = entries["profile"] {
            var knobs = defaults.knobs
            readProfile(node, into: &knobs)
            defaults.knobs = knobs
        }
        if let node = entries["alarms"] { readAlarms(node, resolve: resolve) }
        var names: Set<String> = []
        for node in yaml.elements(entries["tests"], of: "tests") {
            guard let test = test(node) else { continue }
            if !names.insert(test.name).inserted {
                yaml.fail("another test is called \"\(test.name)\"; give each a name of its own", at: node.mark)
            }
            tests.append(test)
        }
    }

    private mutating func readDefaults(_ node: YAMLNode) {
        let places = AlarmTemplate.Placeholder.allCases
        let known = ["start", "step", "resourceGroup"] + places.map(\.rawValue)
        let entries = yaml.entries(node, of: "defaults", known: known)
        defaults.namespace = yaml.text(entries["namespace"], of: "namespace")
        defaults.resourceGroup = yaml.text(entries["resourceGroup"], of: "resourceGroup")
        defaults.start = yaml.label(entries["start"], of: "start", from: 0) ?? defaults.start
        defaults.step = yaml.length(entries["step"], of: "step") ?? defaults.step
        for place in places {
            let name = place.rawValue
            if let value = yaml.text(entries[name], of: name) { defaults.placeholders[place] = value }
        }
    }

    mutating func readProfile(_ node: YAMLNode, into knobs: inout Knobs) {
        let entries = yaml.entries(node, of: "profile", known: KnobTable.all.map(\.name))
        for knob in KnobTable.all {
            guard let node = entries[knob.name], let choice = yaml.text(node, of: knob.name) else { continue }
            if knob.choices.contains(choice) {
                knob.set(choice, in: &knobs)
            } else {
                let choices = knob.choices.joined(separator: " or ")
                yaml.fail("\(knob.name) is either \(choices), not \"\(choice)\"", at: node.mark)
            }
        }
    }
}
