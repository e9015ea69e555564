// SPDX-License-Identifier: MIT

/// What a chronicle goes by.
package struct ChronicleRules: Sendable, Hashable {
    /// Data older than this is stale; `FreshnessLimits.staleAfter`.
    package var staleAfterSeconds: Int
    /// A check's record stands for this long: one is written at least every 15 minutes.
    package var checkCoversSeconds: Int
    /// A run's record shows for this long that its host was at work: until the next slot and its grace.
    package var runCoversSeconds: Int
    /// The name of the runbook for an error type; nil where none fits.
    package var runbook: @Sendable (String) -> String?

    package init(
        staleAfterSeconds: Int = 3_630, checkCoversSeconds: Int = 960, runCoversSeconds: Int = 2_100,
        runbook: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.staleAfterSeconds = staleAfterSeconds
        self.checkCoversSeconds = checkCoversSeconds
        self.runCoversSeconds = runCoversSeconds
        self.runbook = runbook
    }

    package static func == (left: ChronicleRules, right: ChronicleRules) -> Bool {
        left.staleAfterSeconds == right.staleAfterSeconds && left.checkCoversSeconds == right.checkCoversSeconds
            && left.runCoversSeconds == right.runCoversSeconds
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(staleAfterSeconds) }

    /// Clocks are set by less than this without being noticed; more between two records is a step back.
    static let stepMilliseconds = 300_000
    /// A stretch without evidence is an incident when it is as long: as long as checks may be apart.
    static let blindMinutes = 15
}
