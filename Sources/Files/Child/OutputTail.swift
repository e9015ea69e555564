// SPDX-License-Identifier: MIT

/// The last bytes of what went by.
package struct OutputTail: Sendable, Hashable {
    package let limitBytes: Int
    /// How many went by in all.
    package private(set) var totalBytes = 0
    private var kept: [UInt8] = []

    package init(limitBytes: Int = 65_536) { self.limitBytes = limitBytes }

    package mutating func add(_ bytes: [UInt8]) {
        totalBytes += bytes.count
        if bytes.count >= limitBytes {
            kept = bytes
        } else {
            kept.append(contentsOf: bytes)
        }
        // Twice the limit before anything moves: each byte is copied once on average.
        if kept.count > 2 * limitBytes { kept.removeFirst(kept.count - limitBytes) }
    }

    /// At most `limitBytes`.
    package var bytes: [UInt8] { Array(kept.suffix(limitBytes)) }
}
