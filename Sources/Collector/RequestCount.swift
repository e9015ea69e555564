// SPDX-License-Identifier: MIT

import Synchronization

/// Counts what a run sends to OCI.
package final class RequestCount: Sendable {
    private let made = Atomic(0)
    private let repeated = Atomic(0)

    package init() {}

    /// Requests so far, each attempt counted.
    package var total: Int { made.load(ordering: .relaxed) }
    /// How many of them were second and later attempts.
    package var retries: Int { repeated.load(ordering: .relaxed) }

    /// Counts one attempt, the first of which has number 1.
    package func add(attempt: Int) {
        made.add(1, ordering: .relaxed)
        if attempt > 1 { repeated.add(1, ordering: .relaxed) }
    }
}
