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
                    alarms.append(alarm)
                }
            }
        }
    }

    private mutating func json(_ name: String, _ bytes: [UInt8], _ mark: YAMLMark) -> [Alarm] {
        []
    }

    private mutating func list(_ name: String, _ bytes: [UInt8]) -> [Alarm] {
        []
    }
}
