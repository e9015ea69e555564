// SPDX-License-Identifier: MIT

/// Why a point will never be in OCI Monitoring; raw values are those of the metric dimension `reason`.
package enum DropReason: String, Sendable, Hashable, CaseIterable {
    /// Two hours old, which OCI refuses: it did, or is known to.
    case late
    /// The service said no to it.
    case rejected
    /// The spool had no room for it any more.
    case spoolFull = "spool_full"
    /// It breaks a rule of OCI (value, name, dimension), or its line in the spool cannot be read.
    case encode
}

/// How many points were dropped, by reason.
package struct DropCounts: Sendable, Hashable {
    private var counts: [DropReason: Int] = [:]

    package init(_ counts: [DropReason: Int] = [:]) {
        for (reason, count) in counts { self[reason] = count }
    }

    /// Never below 0.
    package subscript(reason: DropReason) -> Int {
        get { counts[reason] ?? 0 }
        set { counts[reason] = newValue > 0 ? newValue : nil }
    }

    package var total: Int { counts.values.reduce(0, +) }
    package var isEmpty: Bool { counts.isEmpty }

    package static func + (left: DropCounts, right: DropCounts) -> DropCounts {
        DropCounts(left.counts.merging(right.counts, uniquingKeysWith: +))
    }

    package static func - (left: DropCounts, right: DropCounts) -> DropCounts {
        DropCounts(left.counts.merging(right.counts.mapValues { -$0 }, uniquingKeysWith: +))
    }

    package static func += (left: inout DropCounts, right: DropCounts) { left = left + right }
}
