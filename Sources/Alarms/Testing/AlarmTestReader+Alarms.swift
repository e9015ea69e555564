// SPDX-License-Identifier: MIT

import JSON
import YAML

extension AlarmTestReader {
    /// `alarms:`, one YAML file with a list, or JSON files with one alarm each.
    mutating func readAlarms(_ node: YAMLNode, resolve: (String) -> [UInt8]?) {
        let files = node.sequence ?? [node]
        for file in files {
            guard let name = yaml.text(file, of: "alarms") else { continue }
            guard let bytes = resolve(name) else {
                yaml.fail("the file \"\(name)\" cannot be read", at: file.mark)
                continue
            }
            let found = name.hasSuffix(".json") ? json(name, bytes, file.mark) : list(name, bytes)
            for alarm in found {
                if alarms.contains(where: { $0.key == alarm.key }) {
                    yaml.fail("the alarm \"\(alarm.key)\" of \"\(name)\" is already there", at: file.mark)
                } else {
                    checkRules(of: alarm, name, file.mark)
                    alarms.append(alarm)
                }
            }
        }
        // Data are the alarms' unless a test says otherwise.
        let namespaces = Set(alarms.map(\.namespace))
        if namespaces.count == 1 { defaults.namespace = defaults.namespace ?? namespaces.first }
    }

    private mutating func json(_ name: String, _ bytes: [UInt8], _ mark: YAMLMark) -> [Alarm] {
        do throws(JSONError) {
            let json = try JSONValue.parse(bytes)
            return template(json, name, mark).map { [$0] } ?? []
        } catch {
            yaml.fail("\"\(name)\" is no JSON: \(error)", at: mark)
            return []
        }
    }

    private mutating func template(_ json: JSONValue, _ name: String, _ mark: YAMLMark) -> Alarm? {
        do throws(AlarmError) {
            return try AlarmTemplate(json, key: Self.baseName(name)).alarm(with: defaults.placeholders)
        } catch {
            for problem in error.problems { yaml.fail("\(name): \(problem)", at: mark) }
            return nil
        }
    }

    /// A YAML file under `alarms:`; its problems are told with its own lines.
    private mutating func list(_ name: String, _ bytes: [UInt8]) -> [Alarm] {
        var file = YAMLReading(path: name, source: bytes)
        var alarms: [Alarm] = []
        if let root = file.root() {
            do throws(AlarmError) {
                alarms = try Alarm.list(yaml: root, file: name)
            } catch {
                for var problem in error.problems {
                    let mark = problem.mark
                    problem.mark = nil
                    file.fail(problem.description, at: mark ?? root.mark)
                }
            }
        }
        yaml.problems += file.problems
        return alarms
    }

    /// Notes queries that cannot be read, and those that cannot fire.
    private mutating func checkRules(of alarm: Alarm, _ name: String, _ mark: YAMLMark) {
        do throws(AlarmError) {
            _ = try AlarmRules(alarm)
        } catch {
            for problem in error.problems { yaml.fail("\(name): alarm \(alarm.key): \(problem)", at: mark) }
        }
    }

    /// `alarms/x.json` is the alarm `x`.
    static func baseName(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        return String(name.hasSuffix(".json") ? name.dropLast(5) : name)
    }
}
