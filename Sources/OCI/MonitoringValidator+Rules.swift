// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// Lengths are counted in UTF-16 units, the longer of the two the service may mean.
extension MetricDataValidator {
    /// `^[a-z][a-z0-9_]*[a-z0-9]$` or one letter, at most 255, not `oci_…` or `oracle_…`.
    static func namespace(_ value: JSONValue?) -> Rule? {
        guard let text = value?.string, !text.isEmpty else { return .namespaceRequired }
        guard let first = text.utf8.first, Wire.isLowerAlphanumeric(first), !Wire.isDigit(first),
            text.utf8.last != UInt8(ascii: "_"),
            text.utf8.allSatisfy({ Wire.isLowerAlphanumeric($0) || $0 == UInt8(ascii: "_") })
        else { return .namespaceCharset }
        guard !text.hasPrefix("oci_"), !text.hasPrefix("oracle_") else { return .namespaceReservedPrefix }
        return text.utf8.count <= 255 ? nil : .namespaceLength
    }

    /// `^[a-zA-Z][a-zA-Z0-9_.$-]*[a-zA-Z0-9]$` or one letter, at most 255.
    static func name(_ value: JSONValue?) -> Rule? {
        guard let text = value?.string, !text.isEmpty else { return .nameRequired }
        guard isWord(text), let last = text.utf8.last, Wire.isAlphanumeric(last) else { return .nameCharset }
        return text.utf8.count <= 255 ? nil : .nameLength
    }

    static func resourceGroup(_ value: JSONValue?) -> Rule? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string, isWord(text) else { return .resourceGroupCharset }
        return nil
    }

    static func compartment(_ value: JSONValue?) -> Rule? {
        guard let text = value?.string, !text.isEmpty else { return .compartmentRequired }
        return nil
    }

    /// 1–20 entries.
    static func dimensions(_ value: JSONValue?) -> Rule? {
        guard let members = value?.object, !members.isEmpty else { return .dimensionsRequired }
        guard members.count <= 20 else { return .dimensionsMax20 }
        for member in members {
            let key = member.name.utf8
            guard (1...256).contains(key.count), key.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                return .dimensionKey
            }
            guard let text = member.value.string, (1...512).contains(text.utf16.count) else { return .dimensionValue }
        }
        return nil
    }

    static func metadata(_ value: JSONValue?) -> Rule? {
        guard let value, !value.isNull else { return nil }
        guard let members = value.object else { return .metadataLength }
        let fits = members.allSatisfy { member in
            member.name.utf16.count <= 256 && (member.value.string?.utf16.count ?? .max) <= 256
        }
        return fits ? nil : .metadataLength
    }

    func datapoints(_ value: JSONValue?) -> Rule? {
        guard let points = value?.array, !points.isEmpty else { return .datapointsRequired }
        return points.lazy.compactMap(datapoint).first
    }

    /// Times are strictly less than two hours old and strictly less than ten minutes ahead.
    private func datapoint(_ point: JSONValue) -> Rule? {
        guard let timestamp = point.date("timestamp") else { return .timestampFormat }
        let age = now.timeIntervalSince(timestamp)
        guard age < 7_200 else { return .timestampTooOld }
        guard age > -600 else { return .timestampTooNew }
        guard let value = point["value"]?.double, value.isFinite else { return .valueNumber }
        guard let count = point["count"], !count.isNull else { return nil }
        return (count.int ?? 0) > 0 ? nil : .countPositive
    }

    private static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, Wire.isLetter(first) else { return false }
        return text.utf8.allSatisfy { Wire.isAlphanumeric($0) || "_.$-".utf8.contains($0) }
    }
}
