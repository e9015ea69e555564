// SPDX-License-Identifier: MIT

import JSON
package import YAML

extension Alarm {
    /// Reads the alarms of a document `alarms: [{key: …, displayName: …, …}]`, in its order.
    ///
    /// - Parameter file: what the document is called in errors.
    /// - Throws: an error with every problem of every alarm, each with its line and column.
    package static func list(yaml root: YAMLNode, file: String) throws(AlarmError) -> [Alarm] {
        var document = FieldReader(JSONValue(yaml: root), at: DocumentPath(), isLenient: false)
        var problems: [AlarmProblem] = []
        var alarms: [Alarm] = []
        for (index, value) in document.list("alarms", isRequired: true).enumerated() {
            let path = DocumentPath().member("alarms").element(index)
            var reader = AlarmReader(value, form: .list, at: path)
            let alarm = reader.alarm(key: "alarms[\(index)]")
            problems += reader.problems
            if alarms.contains(where: { $0.key == alarm.key }) {
                problems.append(
                    AlarmProblem(path.member("key"), .string(alarm.key), "is the key of an earlier alarm"))
            }
            alarms.append(alarm)
        }
        document.finish()
        problems = document.problems + problems
        guard problems.isEmpty else {
            throw AlarmError(key: file, problems.map { $0.placed(in: root) })
        }
        return alarms
    }

    /// Reads one alarm with its `key`.
    package init(yaml node: YAMLNode, key: String) throws(AlarmError) {
        do {
            try self.init(json: JSONValue(yaml: node), key: key, form: .list)
        } catch {
            throw AlarmError(key: error.key, error.problems.map { $0.placed(in: node) })
        }
    }
}

extension AlarmProblem {
    /// The same with the place in a YAML text: of the value, or of what it is missing from.
    package func placed(in root: YAMLNode) -> AlarmProblem {
        var node = root
        var mark = root.mark
        for step in path.steps {
            switch step {
            case .member(let name):
                guard let entry = node.mapping?.last(where: { $0.key == name }) else { return marked(mark) }
                (node, mark) = (entry.value, value == nil ? entry.keyMark : entry.value.mark)
            case .element(let index):
                guard let elements = node.sequence, elements.indices.contains(index) else { return marked(mark) }
                node = elements[index]
                mark = node.mark
            }
        }
        return marked(mark)
    }

    private func marked(_ mark: YAMLMark) -> AlarmProblem {
        var problem = self
        problem.mark = mark
        return problem
    }
}

extension JSONValue {
    /// A YAML tree as JSON, by YAML's core schema; plain numbers stay text, since no member of an alarm is a number.
    package init(yaml node: YAMLNode) {
        switch node.content {
        case .sequence(let elements): self = .array(elements.map { JSONValue(yaml: $0) })
        case .mapping(let entries):
            self = .object(entries.map { JSONMember($0.key, JSONValue(yaml: $0.value)) })
        case .scalar(let scalar):
            guard scalar.style == .plain, node.tag == nil else {
                self = .string(scalar.text)
                return
            }
            switch scalar.text {
            case _ where scalar.isNull: self = .null
            case "true", "True", "TRUE": self = .bool(true)
            case "false", "False", "FALSE": self = .bool(false)
            default: self = .string(scalar.text)
            }
        }
    }
}
