// SPDX-License-Identifier: MIT

import JSON
import OCI

/// What Monitoring says about metrics it refuses; `MetricDataValidator` says which.
enum MetricRules {
    /// The service's own words where they are known (contract §7.2), else the rule.
    static func message(_ rule: MetricDataValidator.Rule) -> String {
        switch rule {
        case .namespaceCharset: "namespace must match pattern ^[a-z][a-z0-9_]*[a-z0-9]$"
        case .timestampTooOld, .timestampTooNew:
            "The datapoint timestamps must be between 2 hours ago and 10 minutes from now."
        case .max50Streams: "The number of metrics is out of range. The valid range is 1 to 50"
        case .metricDataRequired: "metricData must not be null or empty"
        default: "The metric failed input validation: \(rule.rawValue)"
        }
    }

    /// The element as the service echoes it: absent members are null.
    static func echo(_ object: JSONValue) -> JSONValue {
        let names = ["compartmentId", "datapoints", "dimensions", "metadata", "name", "namespace", "resourceGroup"]
        return .object(names.map { JSONMember($0, object[$0] ?? .null) })
    }
}
