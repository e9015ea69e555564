// SPDX-License-Identifier: MIT

package import JSON

extension Alarm {
    /// The alarms in an answer of `terraform show -json`, of a state or of a plan, modules included, in its order. Their key
    /// is the resource's address (`module.watch.oci_monitoring_alarm.stale["a"]`).
    ///
    /// - Throws: an error with every problem of every alarm; paths begin with the address.
    package static func list(terraform json: JSONValue, file: String) throws(AlarmError) -> [Alarm] {
        guard let root = (json["values"] ?? json["planned_values"])?["root_module"] else {
            let rule = "must be the output of \"terraform show -json\" with values.root_module in it"
            throw AlarmError(key: file, [AlarmProblem(DocumentPath(), nil, rule)])
        }
        var problems: [AlarmProblem] = []
        var alarms: [Alarm] = []
        var modules = [root]
        while !modules.isEmpty {
            let module = modules.removeFirst()
            modules += module["child_modules"]?.array ?? []
            for resource in module["resources"]?.array ?? [] where resource.isAlarmResource {
                let address = resource["address"]?.string ?? resource["name"]?.string ?? "oci_monitoring_alarm"
                let values = resource["values"].map(Self.camelCase) ?? .object([])
                var reader = AlarmReader(values, form: .terraform, at: DocumentPath().member(address))
                alarms.append(reader.alarm(key: address))
                problems += reader.problems.map(Self.snakeCase)
            }
        }
        guard problems.isEmpty else { throw AlarmError(key: file, problems) }
        return alarms
    }

    /// Names turned into the API's, blocks that can stand once unpacked, flat tags (`Operations.CostCenter`) unfolded.
    private static func camelCase(_ values: JSONValue) -> JSONValue {
        guard let members = values.object else { return values }
        return .object(
            members.map { member in
                let name = camelCase(member.name)
                switch name {
                case "suppression": return JSONMember(name, member.value.array?.first.map(camelCase) ?? .null)
                case "overrides": return JSONMember(name, .array((member.value.array ?? []).map(camelCase)))
                case "definedTags": return JSONMember(name, unfolded(member.value))
                default: return JSONMember(name, member.value)
                }
            })
    }

    private static func unfolded(_ tags: JSONValue) -> JSONValue {
        var namespaces: [String: [String: JSONValue]] = [:]
        for tag in tags.object ?? [] {
            let parts = tag.name.split(separator: ".", maxSplits: 1).map(String.init)
            namespaces[parts.count == 2 ? parts[0] : "", default: [:]][parts.last ?? ""] = tag.value
        }
        return sorted(namespaces.mapValues(sorted))
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "_")
        let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
        return ([String(words.first ?? "")] + rest).joined()
    }

    private static func snakeCase(_ problem: AlarmProblem) -> AlarmProblem {
        var problem = problem
        let steps = problem.path.steps.enumerated().map { index, step -> DocumentPath.Step in
            guard index > 0, case .member(let name) = step else { return step }
            return .member(name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) })
        }
        problem.path = DocumentPath(steps)
        return problem
    }
}

extension JSONValue {
    fileprivate var isAlarmResource: Bool {
        self["type"] == "oci_monitoring_alarm" && (self["mode"]?.string ?? "managed") == "managed"
    }
}
