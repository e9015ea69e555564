// SPDX-License-Identifier: MIT

package import JSON

/// Which document an alarm is read from. The names of members are the API's everywhere.
package enum AlarmForm: Sendable, Hashable, CaseIterable {
    /// CreateAlarmDetails: what the service is told. Members it does not know are problems.
    case definition
    /// An alarm under `alarms:` of a test file: a definition with a `key`, whose OCIDs may be left out.
    case list
    /// The service's own answer about an alarm: members of later years are passed over.
    case service
    /// A resource of `terraform show -json`, after its names were turned into the API's: an empty text is none.
    case terraform

    var isLenient: Bool { self == .service || self == .terraform }
}

extension Alarm {
    /// Reads an alarm and checks it against the documented limits.
    ///
    /// The query is taken as text; `AlarmRules` parses it. Placeholders must be filled in before (`AlarmTemplate`).
    ///
    /// - Parameter key: what the alarm is called here: the base name of its file. A member `key` of the list form wins.
    /// - Throws: an error with every problem found.
    package init(json: JSONValue, key: String, form: AlarmForm = .definition) throws(AlarmError) {
        var reader = AlarmReader(json, form: form)
        let alarm = reader.alarm(key: key)
        guard reader.problems.isEmpty else { throw AlarmError(key: alarm.key, reader.problems) }
        self = alarm
    }
}

/// Reads the members of an alarm, one after the other.
struct AlarmReader {
    private var fields: FieldReader
    private let form: AlarmForm
    private let needsOCIDs: Bool

    init(_ json: JSONValue, form: AlarmForm, at path: DocumentPath = DocumentPath()) {
        fields = FieldReader(json, at: path, isLenient: form.isLenient)
        self.form = form
        needsOCIDs = form == .definition || form == .service
    }

    var problems: [AlarmProblem] { fields.problems }

    /// The alarm as far as it could be read; of use only if there are no problems.
    mutating func alarm(key: String) -> Alarm {
        var alarm = Alarm()
        alarm.key = key
        guard problems.isEmpty else { return alarm }
        if form == .list { alarm.key = fields.text("key", isRequired: true) ?? key }
        readWhat(into: &alarm)
        readWhen(into: &alarm)
        readMessages(into: &alarm)
        readOverrides(into: &alarm)
        readTags(into: &alarm)
        fields.finish()
        return alarm
    }

    private mutating func readWhat(into alarm: inout Alarm) {
        alarm.displayName = fields.text("displayName", isRequired: true, length: 1...255) ?? ""
        alarm.compartmentID = ocid("compartmentId")
        alarm.metricCompartmentID = ocid("metricCompartmentId")
        alarm.metricCompartmentIDInSubtree = fields.flag("metricCompartmentIdInSubtree") ?? false
        if alarm.metricCompartmentIDInSubtree, let compartment = alarm.metricCompartmentID,
            OCID(compartment)?.kind != "tenancy"
        {
            fields.add(
                "metricCompartmentIdInSubtree", true, "goes only with a tenancy's OCID as metricCompartmentId")
        }
        alarm.namespace = metricName("namespace", marks: "_", isRequired: true) ?? ""
        alarm.resourceGroup = metricName("resourceGroup", marks: "._-$")
        alarm.query = fields.text("query", isRequired: true) ?? ""
        if let resolution = fields.value("resolution"), resolution != "1m" {
            fields.add("resolution", resolution, "must be \"1m\": alarms know no other resolution")
        }
        alarm.severity = fields.choice("severity", Severity.self, isRequired: true) ?? .critical
        alarm.isEnabled = fields.flag("isEnabled", isRequired: true) ?? true
    }

    private mutating func readWhen(into alarm: inout Alarm) {
        alarm.pendingMilliseconds = fields.duration("pendingDuration", ("PT1M", "PT1H")) ?? UTCTime.minute
        alarm.repeatMilliseconds = fields.duration("repeatNotificationDuration", ("PT1M", "P30D"), orZero: true)
        alarm.slackMilliseconds =
            fields.duration("evaluationSlackDuration", ("PT3M", "PT2H")) ?? 3 * UTCTime.minute
        guard let value = fields.value("suppression") else { return }
        var reader = FieldReader(value, at: fields.path.member("suppression"), isLenient: form.isLenient)
        alarm.suppression = AlarmSuppression(members: &reader)
        reader.finish()
        fields.add(reader.problems)
    }

    private mutating func readMessages(into alarm: inout Alarm) {
        alarm.body = fields.text("body")
        alarm.notificationTitle = fields.text("notificationTitle")
        alarm.alarmSummary = fields.text("alarmSummary")
        alarm.messageFormat = fields.choice("messageFormat", MessageFormat.self) ?? .raw
        alarm.isPerStream = fields.flag("isNotificationsPerMetricDimensionEnabled") ?? false
        alarm.notificationVersion = fields.text("notificationVersion")
        if let version = alarm.notificationVersion, !Self.isVersion(version) {
            let rule = "must be a version of up to four digits, a period and a capital X, like 1.X"
            fields.add("notificationVersion", .string(version), rule)
        }
        readDestinations(into: &alarm)
    }

    private mutating func readDestinations(into alarm: inout Alarm) {
        var kinds: Set<String> = []
        let list = fields.list("destinations", isRequired: needsOCIDs)
        for (index, value) in list.enumerated() {
            let path = fields.path.member("destinations").element(index)
            let kind = value.string.flatMap(OCID.init)?.kind ?? ""
            if !["onstopic", "stream"].contains(kind) {
                let rule = "must be the OCID of a Notifications topic (ocid1.onstopic…) or of a stream (ocid1.stream…)"
                fields.add([AlarmProblem(path, value, rule)])
            } else if !kinds.insert(kind).inserted {
                fields.add([AlarmProblem(path, value, "is a second destination of one service; one each is allowed")])
            }
            alarm.destinations.append(value.string ?? "")
        }
    }

    private mutating func readOverrides(into alarm: inout Alarm) {
        alarm.ruleName = fields.text("ruleName") ?? "BASE"
        var names: Set<String> = [alarm.ruleName]
        for (index, value) in fields.list("overrides").enumerated() {
            let path = fields.path.member("overrides").element(index)
            var reader = FieldReader(value, at: path, isLenient: form.isLenient)
            // All members are optional; a rule without a name still needs one here.
            var override = AlarmOverride(ruleName: reader.text("ruleName") ?? "OVERRIDE_\(index + 1)")
            override.query = reader.text("query")
            override.severity = reader.choice("severity", Severity.self)
            override.body = reader.text("body")
            override.pendingMilliseconds = reader.duration("pendingDuration", ("PT1M", "PT1H"))
            if !names.insert(override.ruleName).inserted {
                reader.add("ruleName", .string(override.ruleName), "is the name of another rule of this alarm")
            }
            reader.finish()
            fields.add(reader.problems)
            alarm.overrides.append(override)
        }
    }

    private mutating func ocid(_ name: String) -> String? {
        guard let text = fields.text(name, isRequired: needsOCIDs) else { return nil }
        if !text.isEmpty, OCID(text) == nil {
            fields.add(name, .string(text), "must be an OCID like ocid1.compartment.oc1..aaaa")
        }
        return text
    }

    private mutating func metricName(_ name: String, marks: String, isRequired: Bool = false) -> String? {
        guard let text = fields.text(name, isRequired: isRequired, length: 1...255) else { return nil }
        let letter: (UInt8) -> Bool = { 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 }
        let isName = text.utf8.allSatisfy { letter($0) || 0x30...0x39 ~= $0 || marks.utf8.contains($0) }
        if let first = text.utf8.first, !isName || !letter(first) {
            let allowed = marks.map { "\"\($0)\"" }.joined(separator: " ")
            fields.add(name, .string(text), "must begin with a letter and hold only letters, digits and \(allowed)")
        }
        return text
    }

    private static func isVersion(_ text: String) -> Bool {
        guard text.hasSuffix(".X") else { return false }
        let digits = text.utf8.dropLast(2)
        return (1...4).contains(digits.count) && digits.allSatisfy { 0x30...0x39 ~= $0 }
    }
}

extension AlarmReader {
    /// Limits: "Tagging overview", docs.oracle.com: 10 free-form tags a resource, keys up to 100, values up to 256 characters.
    private mutating func readTags(into alarm: inout Alarm) {
        alarm.freeformTags = fields.texts("freeformTags") ?? [:]
        if alarm.freeformTags.count > 10 {
            fields.add("freeformTags", nil, "has \(alarm.freeformTags.count) tags; at most 10 are allowed")
        }
        for (key, value) in alarm.freeformTags.sorted(by: { $0.key < $1.key })
        where !(1...100).contains(key.unicodeScalars.count) || value.unicodeScalars.count > 256 {
            let path = fields.path.member("freeformTags").member(key)
            let rule = "must have a key of 1 to 100 and a value of at most 256 characters"
            fields.add([AlarmProblem(path, .string(value), rule)])
        }
        guard let value = fields.value("definedTags") else { return }
        let path = fields.path.member("definedTags")
        guard let namespaces = value.object else { return fields.add("definedTags", value, "must be a map of maps") }
        for namespace in namespaces {
            guard let tags = namespace.value.object else {
                let rule = "must be a map from tag keys to values"
                fields.add([AlarmProblem(path.member(namespace.name), namespace.value, rule)])
                continue
            }
            for tag in tags { alarm.definedTags[namespace.name, default: [:]][tag.name] = tag.value }
        }
    }
}

/// `ocid1.<kind>.<realm>.[region].[…].<unique>`
package struct OCID: Sendable, Hashable {
    /// What it names: `tenancy`, `onstopic`, `stream`, `alarm`.
    package let kind: String
    /// Empty for resources of no region.
    package let region: String

    /// nil for a text that is none. Source: "Resource Identifiers", docs.oracle.com.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy {
            0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E
        }
        guard parts.count >= 5, parts[0] == "ocid1", isPlain, text.utf8.count <= 255, !parts[1].isEmpty,
            !parts[2].isEmpty, parts.last?.isEmpty == false
        else { return nil }
        kind = String(parts[1])
        region = String(parts[3])
    }
}
