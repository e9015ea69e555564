// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// What Monitoring demands of an element of `metricData` (contract §7.2).
enum MetricRules {
    /// What is wrong with the element, in the service's words where they are known; nil where it is valid.
    static func problem(_ object: JSONValue, now: Date) -> String? {
        namespaceProblem(object["namespace"]) ?? nameProblem("name", object["name"])
            ?? groupProblem(object["resourceGroup"]) ?? compartmentProblem(object["compartmentId"])
            ?? dimensionsProblem(object["dimensions"]) ?? metadataProblem(object["metadata"])
            ?? datapointsProblem(object["datapoints"], now: now)
    }

    /// The element as the service echoes it: absent members are null.
    static func echo(_ object: JSONValue) -> JSONValue {
        let names = ["compartmentId", "datapoints", "dimensions", "metadata", "name", "namespace", "resourceGroup"]
        return .object(names.map { JSONMember($0, object[$0] ?? .null) })
    }

    private static func namespaceProblem(_ value: JSONValue?) -> String? {
        guard let text = value?.string else { return "namespace must not be null" }
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, isLower(first), isLower(last) || isDigit(last),
            bytes.allSatisfy({ isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") })
        else { return "namespace must match pattern ^[a-z][a-z0-9_]*[a-z0-9]$" }
        guard !text.hasPrefix("oci_"), !text.hasPrefix("oracle_") else {
            return "namespace must not start with oci_ or oracle_"
        }
        return bytes.count <= 255 ? nil : "namespace must have at most 255 characters"
    }

    private static func nameProblem(_ member: String, _ value: JSONValue?) -> String? {
        guard let text = value?.string else { return "\(member) must not be null" }
        let bytes = Array(text.utf8)
        let others = Array("._-$".utf8)
        guard let first = bytes.first, let last = bytes.last, isLetter(first), isLetter(last) || isDigit(last),
            bytes.allSatisfy({ isLetter($0) || isDigit($0) || others.contains($0) })
        else { return "\(member) must match pattern ^[a-zA-Z]([a-zA-Z0-9._$-]*[a-zA-Z0-9])?$" }
        return bytes.count <= 255 ? nil : "\(member) must have at most 255 characters"
    }

    private static func groupProblem(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        return nameProblem("resourceGroup", value)
    }

    private static func compartmentProblem(_ value: JSONValue?) -> String? {
        guard let text = value?.string, text.hasPrefix("ocid1."), text.split(separator: ".").count >= 4 else {
            return "compartmentId must be an OCID"
        }
        return nil
    }

    private static func dimensionsProblem(_ value: JSONValue?) -> String? {
        guard let members = value?.object, (1...20).contains(members.count) else {
            return "The number of dimensions must be between 1 and 20"
        }
        for member in members {
            guard (1...256).contains(member.name.utf8.count), member.name.utf8.allSatisfy({ (33...126).contains($0) })
            else { return "A dimension key must have 1 to 256 printable ASCII characters without spaces" }
            guard let text = member.value.string, (1...512).contains(text.unicodeScalars.count) else {
                return "The value of dimension \(member.name) must have 1 to 512 characters"
            }
        }
        return nil
    }

    private static func metadataProblem(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let members = value.object else { return "metadata must be an object" }
        for member in members where (member.value.string ?? "").count > 256 || member.name.count > 256 {
            return "A metadata key or value may have 256 characters"
        }
        return nil
    }

    private static func datapointsProblem(_ value: JSONValue?, now: Date) -> String? {
        guard let points = value?.array, !points.isEmpty else { return "datapoints must not be empty" }
        for point in points {
            guard let number = point["value"]?.double, number.isFinite else { return "value must be a finite number" }
            if let count = point["count"], !count.isNull, (count.int ?? 0) < 1 {
                return "count must be an integer above 0"
            }
            guard let time = point["timestamp"]?.string.flatMap(WireTime.date(rfc3339:)) else {
                return "timestamp must be an RFC 3339 date"
            }
            let age = now.timeIntervalSince(time)
            guard age < 7_200, age > -600 else {
                return "The datapoint timestamps must be between 2 hours ago and 10 minutes from now."
            }
        }
        return nil
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
