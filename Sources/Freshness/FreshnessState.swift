// SPDX-License-Identifier: MIT

/// What a checker says of the collector (catalogue §5.2).
package enum FreshnessState: String, Sendable, Hashable, CaseIterable {
    /// A good run no longer ago than the limit.
    case fresh
    /// A planned run left no record.
    case missed
    /// Runs happen, none is good.
    case failing
    /// A run is in progress for too long.
    case stuck
    /// Runs are good, the source has nothing new: not stale.
    case quiet
    /// The evidence cannot be read: never shown as fresh.
    case unknown
}
