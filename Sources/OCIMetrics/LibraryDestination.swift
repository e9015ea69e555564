// SPDX-License-Identifier: MIT

/// Where a program of its own sends its points.
struct LibraryDestination: Sendable {
    let spool: MetricSpool
}
