// SPDX-License-Identifier: MIT

import Alarms
import JSON

/// What Monitoring refuses in an alarm.
enum AlarmAcceptance {
    private static let required = [
        "displayName", "compartmentId", "metricCompartmentId", "namespace", "query", "severity", "destinations",
        "isEnabled",
    ]

    /// The alarm that a definition describes; throws what the service answers to one it does not take.
    ///
    /// - Parameter isTopic: whether a topic of this OCID exists.
    static func alarm(_ record: AlarmRecord, isTopic: (String) -> Bool) throws(ServiceError) -> Alarm {
        for name in required where record[name] == nil { throw .missing(name) }
        let alarm = try Self.alarm(record)
        for name in ["compartmentId", "metricCompartmentId"] {
            guard isCompartment(record[name]?.string) else { throw .invalid("\(name) must be a compartment's OCID.") }
        }
        for destination in alarm.destinations where OCID(destination)?.kind == "onstopic" {
            guard isTopic(destination) else {
                throw ServiceError(
                    404, "RelatedResourceNotAuthorizedOrNotFound",
                    "destinations: the topic \(destination) does not exist or may not be used.")
            }
        }
        return alarm
    }

    /// The same without a look at what else there is: for alarms that were accepted once.
    static func alarm(_ record: AlarmRecord) throws(ServiceError) -> Alarm {
        do {
            let alarm = try Alarm(json: .object(record.members), key: record.id)
            _ = try AlarmRules(alarm)
            return alarm
        } catch {
            throw .invalid(text(error))
        }
    }

    /// The suppression a record describes.
    static func suppression(_ record: SuppressionRecord) throws(ServiceError) -> AlarmSuppression {
        do {
            return try AlarmSuppression(json: .object(record.members.filter { isTold($0.name) }), key: record.id)
        } catch {
            throw .invalid(text(error))
        }
    }

    /// Members of a suppression that say when and for which streams.
    private static func isTold(_ name: String) -> Bool {
        ["description", "level", "dimensions", "suppressionConditions", "timeSuppressFrom", "timeSuppressUntil"]
            .contains(name)
    }

    private static func text(_ error: AlarmError) -> String {
        error.problems.map(\.description).joined(separator: "; ")
    }

    static func isCompartment(_ text: String?) -> Bool {
        guard let kind = text.flatMap(OCID.init)?.kind else { return false }
        return kind == "compartment" || kind == "tenancy"
    }
}
