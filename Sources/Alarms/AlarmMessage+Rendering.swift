// SPDX-License-Identifier: MIT

package import JSON

extension AlarmMessage {
    /// The message with the members in the order they are sent.
    package var json: JSONValue {
        [
            "dedupeKey": .string(dedupeKey), "title": .string(title), "body": .optional(body),
            "type": .string(type.rawValue), "severity": .string(severity.rawValue),
            "timestampEpochMillis": .number(String(label)), "timestamp": .string(UTCTime.text(label)),
            "alarmMetaData": .array([metadata]), "notificationType": .string(notificationType),
            "version": .number(Self.version),
        ]
    }

    private var metadata: JSONValue {
        [
            "id": .string(alarmID), "status": .string(type.state.rawValue), "severity": .string(severity.rawValue),
            "namespace": .string(alarm.namespace), "query": .string(query),
            "totalMetricsFiring": .int(totalMetricsFiring), "dimensions": .array(dimensions.map(Self.object)),
            "alarmUrl": .string(alarmURL), "alarmSummary": .string(summary),
            "metricValues": .array(metricValues.map(Self.object)),
        ]
    }

    /// The message as it is sent; a stream always gets RAW.
    package func rendered(as format: MessageFormat) -> String {
        switch format {
        case .raw: json.text
        case .prettyJSON: json.indented
        case .onsOptimized: mail
        }
    }

    /// The subject of a mail: a formatted one says more than a title.
    package func subject(as format: MessageFormat) -> String {
        guard format == .onsOptimized else { return title }
        return "Alarm: \(type.rawValue) | \(severity.rawValue) | \(title) | \(UTCTime.text(label))"
    }

    /// Type, severity, title and time, variables as written.
    package var shortMessage: String {
        let title = alarm.notificationTitle ?? alarm.displayName
        return "\(type.rawValue) \(severity.rawValue) \(title) \(UTCTime.text(label))"
    }

    /// The body of a formatted mail: a label and a value a line.
    private var mail: String {
        let streams = dimensions.map { Self.object($0).text }
        let values = metricValues.map { Self.object($0).text }
        let lines: [(String, String)] = [
            ("Dedupe key", dedupeKey), ("Name", title), ("Body", body ?? ""), ("Type", type.rawValue),
            ("Time", UTCTime.text(label)), ("Alarm OCID", alarmID), ("State", type.state.rawValue),
            ("Severity", severity.rawValue), ("Query", query),
            ("Number of metrics breaching threshold", String(totalMetricsFiring)),
            ("Dimensions", streams.joined(separator: ", ")),
            ("Metric values ordered by dimension", values.joined(separator: ", ")),
            ("View Alarm in Console", alarmURL), ("Alarm Summary", summary),
        ]
        return lines.map { "\($0.0): \($0.1)\n" }.joined()
    }

    private static func object(_ dimensions: [String: String]) -> JSONValue {
        Alarm.sorted(dimensions.mapValues(JSONValue.string))
    }

    private static func object(_ values: [MetricValue]) -> JSONValue {
        .object(values.map { JSONMember($0.query, .string($0.text)) })
    }
}
