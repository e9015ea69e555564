// SPDX-License-Identifier: MIT

import Alarms
import Files
import JSON

/// An alarm as its file wants it, for the place the configuration names.
struct DesiredAlarm: Sendable, Hashable {
    let template: AlarmTemplate
    /// Placeholders filled in, tags of ownership included.
    let alarm: Alarm

    var key: String { template.key }

    /// - Throws: an error with what is wrong with the file, tags that contradict `ownership` included.
    init(
        _ template: AlarmTemplate, _ values: [AlarmTemplate.Placeholder: String], _ ownership: AlarmOwnership
    ) throws(AlarmError) {
        self.template = template
        var alarm = try template.alarm(with: values)
        let own = ownership.tags(template.key)
        let contradictions = own.filter { name, value in alarm.freeformTags[name].map { $0 != value } ?? false }
        guard contradictions.isEmpty else {
            let problems = contradictions.sorted { $0.key < $1.key }.map { name, value in
                AlarmProblem(
                    DocumentPath().member("freeformTags").member(name), .string(alarm.freeformTags[name] ?? ""),
                    "must be \"\(value)\" or left out: by this tag the program knows its own alarms")
            }
            throw AlarmError(key: template.key, problems)
        }
        alarm.freeformTags.merge(own) { $1 }
        self.alarm = alarm
    }
}

/// Why alarms could not be read from a directory, and with which status a command ends.
struct AlarmFilesError: Error, Sendable {
    let message: String
    let status: ExitStatus
}

/// The definitions of a directory.
enum AlarmTemplateFiles {
    /// Bytes of a definition at most; OCI takes far less.
    private static let limitBytes = 1 << 20

    /// All definitions (`*.json`) of `directory`, sorted by key, or those called `names`, without those of `except`.
    ///
    /// - Throws: with everything that is wrong with the files.
    static func templates(
        in directory: String, names: [String] = [], except: [String] = []
    ) throws(AlarmFilesError) -> [AlarmTemplate] {
        let keys = try keys(in: directory)
        for name in names + except where !keys.contains(name) {
            let hint = nearest(to: name, among: keys).map { "; did you mean \($0)?" } ?? ""
            throw AlarmFilesError(message: "there is no alarm \(name) in \(directory)\(hint)", status: .badData)
        }
        var templates: [AlarmTemplate] = []
        var problems: [String] = []
        for key in keys where (names.isEmpty || names.contains(key)) && !except.contains(key) {
            do throws(AlarmFilesError) {
                templates.append(try template(key, in: directory))
            } catch {
                problems.append(error.message)
            }
        }
        guard problems.isEmpty else {
            throw AlarmFilesError(message: problems.joined(separator: "\n"), status: .badData)
        }
        return templates
    }

    private static func keys(in directory: String) throws(AlarmFilesError) -> [String] {
        let files: [String]
        do throws(FileError) {
            files = try FileSystem.list(directory)
        } catch {
            throw AlarmFilesError(
                message: "the alarms cannot be read: \(error); set alarms.path, or name the directory by --alarms",
                status: error.isForbidden ? .denied : .badData)
        }
        let keys = files.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }.sorted()
        guard !keys.isEmpty else {
            throw AlarmFilesError(
                message: "there is no alarm in \(directory); name the directory by --alarms, or set alarms.path",
                status: .badData)
        }
        return keys
    }

    private static func template(_ key: String, in directory: String) throws(AlarmFilesError) -> AlarmTemplate {
        let path = FileSystem.join(directory, key + ".json")
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try FileSystem.read(path, limitBytes: limitBytes)
        } catch {
            throw AlarmFilesError(message: "\(error)", status: .badData)
        }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(bytes ?? [])
        } catch {
            throw AlarmFilesError(message: "\(path): \(error)", status: .badData)
        }
        do throws(AlarmError) {
            return try AlarmTemplate(json, key: key)
        } catch {
            throw AlarmFilesError(message: error.description, status: .badData)
        }
    }
}

extension Configuration {
    /// What the placeholders of alarms stand for here; those whose key is not set are missing.
    var alarmValues: [AlarmTemplate.Placeholder: String] {
        var values: [AlarmTemplate.Placeholder: String] = [.namespace: metrics.namespace, .job: job]
        values[.compartmentID] = oci.compartment
        values[.metricCompartmentID] = oci.compartment
        values[.topicID] = notifications.topic
        values[.watchdogTopicID] = notifications.watchdogTopic
        values[.runbookBaseURL] = alarms.runbookBaseURL.map { address in
            var text = address.text
            while text.hasSuffix("/") { text.removeLast() }
            return text
        }
        return values
    }
}

extension AlarmTemplate.Placeholder {
    /// The configuration key that gives its value.
    var keyPath: String {
        switch self {
        case .compartmentID, .metricCompartmentID: "oci.compartment"
        case .topicID: "notifications.topic"
        case .watchdogTopicID: "notifications.watchdog_topic"
        case .namespace: "metrics.namespace"
        case .job: "job"
        case .runbookBaseURL: "alarms.runbook_base_url"
        }
    }
}

extension Configuration {
    /// The alarms of the files for this place.
    ///
    /// - Throws: 78 where a key is not set that they need, 65 where a file is wrong.
    func desired(_ templates: [AlarmTemplate]) throws(AlarmFilesError) -> [DesiredAlarm] {
        let values = alarmValues
        var lacking: [String: [String]] = [:]
        for template in templates {
            for placeholder in template.unresolved(by: values) {
                let keys = lacking[placeholder.keyPath, default: []]
                lacking[placeholder.keyPath] = keys.last == template.key ? keys : keys + [template.key]
            }
        }
        guard lacking.isEmpty else {
            let lines = lacking.sorted { $0.key < $1.key }.map { "\($0) is not set; \(Self.needing($1))" }
            throw AlarmFilesError(message: lines.joined(separator: "\n"), status: .configuration)
        }
        var alarms: [DesiredAlarm] = []
        var problems: [String] = []
        for template in templates {
            do throws(AlarmError) {
                alarms.append(try DesiredAlarm(template, values, AlarmOwnership(job: job)))
            } catch {
                problems.append(error.description)
            }
        }
        guard problems.isEmpty else {
            throw AlarmFilesError(message: problems.joined(separator: "\n"), status: .badData)
        }
        return alarms
    }

    private static func needing(_ keys: [String]) -> String {
        let few = keys.prefix(3).joined(separator: ", ")
        guard keys.count <= 3 else { return "\(keys.count) alarms need it (\(few), …)" }
        let flags = keys.map { "--except \($0)" }.joined(separator: " ")
        return "\(few) \(keys.count == 1 ? "needs" : "need") it: set it, or leave out: \(flags)"
    }
}
