// SPDX-License-Identifier: MIT

import Alarms
import JSON
import MQL

/// What Monitoring refuses in an alarm.
enum AlarmAcceptance {
    private static let required = [
        "displayName", "compartmentId", "metricCompartmentId", "namespace", "query", "severity", "destinations",
        "isEnabled",
    ]
    /// The kinds of resources an alarm can notify; at most one destination of each.
    private static let services = ["ocid1.onstopic.", "ocid1.stream."]

    /// Throws what the service answers to a definition it does not take.
    ///
    /// - Parameter isTopic: whether a topic of this OCID exists.
    static func check(_ record: AlarmRecord, isTopic: (String) -> Bool) throws(ServiceError) {
        for name in required where record[name] == nil { throw .missing(name) }
        for name in ["compartmentId", "metricCompartmentId"] {
            guard isCompartment(record[name]?.string) else { throw .invalid("\(name) must be a compartment's OCID.") }
        }
        if record["metricCompartmentIdInSubtree"]?.bool == true {
            guard record["metricCompartmentId"]?.string == Tenant.tenancy else {
                throw .invalid(
                    "metricCompartmentIdInSubtree can be true only where metricCompartmentId is the tenancy's OCID.")
            }
        }
        try check(destinations: record["destinations"]?.array ?? [], isTopic: isTopic)
    }

    private static func check(destinations: [JSONValue], isTopic: (String) -> Bool) throws(ServiceError) {
        let texts = destinations.compactMap(\.string)
        for service in services where texts.count(where: { $0.hasPrefix(service) }) > 1 {
            throw .invalid("destinations may name at most one resource of a service; there are two of \(service)…")
        }
        for text in texts {
            guard services.contains(where: text.hasPrefix) else {
                throw .invalid("destinations: '\(text)' is the OCID of neither a topic nor a stream.")
            }
            guard !text.hasPrefix("ocid1.onstopic.") || isTopic(text) else {
                throw ServiceError(
                    404, "RelatedResourceNotAuthorizedOrNotFound",
                    "destinations: the topic \(text) does not exist or may not be used.")
            }
        }
    }

    static func isCompartment(_ text: String?) -> Bool {
        text.map { $0.hasPrefix("ocid1.compartment.") || $0.hasPrefix("ocid1.tenancy.") } ?? false
    }
}
