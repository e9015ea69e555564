// SPDX-License-Identifier: MIT

/// One page of ListObjects: which names, which prefixes, where the next page starts.
struct ObjectListing: Sendable {
    struct Query: Sendable {
        var prefix: [UInt8] = []
        /// Names at or after it.
        var start: [UInt8]?
        /// Names after it.
        var startAfter: [UInt8]?
        /// Names before it.
        var end: [UInt8]?
        /// 1…1,000.
        var limit = 1_000
        /// Names are cut after the first `/` behind the prefix.
        var hasDelimiter = false
    }

    private(set) var objects: [StoredVersion] = []
    private(set) var prefixes: [String] = []
    private(set) var nextStartWith: String?

    init() {}

    /// - Parameter names: in order; those whose newest version is a delete marker are left out.
    init(names: [ObjectName], versions: [ObjectName: [StoredVersion]], query: Query) {
        var lastPrefix: [UInt8]?
        for name in names[Self.first(in: names, query)...] {
            if let end = query.end, !name.bytes.lexicographicallyPrecedes(end) { break }
            guard name.bytes.starts(with: query.prefix) else {
                if query.prefix.lexicographicallyPrecedes(name.bytes) { break }
                continue
            }
            guard let version = versions[name]?.last, !version.isDeleteMarker else { continue }
            let common = query.hasDelimiter ? Self.commonPrefix(name.bytes, after: query.prefix.count) : nil
            if let common, common == lastPrefix { continue }
            guard objects.count + prefixes.count < query.limit else {
                nextStartWith = name.text
                return
            }
            if let common {
                lastPrefix = common
                prefixes.append(String(decoding: common, as: UTF8.self))
            } else {
                objects.append(version)
            }
        }
    }

    /// Index of the first name that can be on the page.
    private static func first(in names: [ObjectName], _ query: Query) -> Int {
        var low = 0
        var high = names.count
        while low < high {
            let middle = (low + high) / 2
            let name = names[middle].bytes
            let isBefore =
                name.lexicographicallyPrecedes(query.prefix)
                || query.start.map { name.lexicographicallyPrecedes($0) } ?? false
                || query.startAfter.map { !$0.lexicographicallyPrecedes(name) } ?? false
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func commonPrefix(_ name: [UInt8], after length: Int) -> [UInt8]? {
        guard let slash = name[length...].firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return Array(name[...slash])
    }
}
