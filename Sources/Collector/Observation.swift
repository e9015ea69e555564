// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import Ledger
import OCI

/// Something an answer showed that the archive does not hold yet: an event new or changed, or an element rejected.
package struct Observation: Sendable, Hashable {
    /// Key in the index (`SeenKey`).
    package let key: String
    package let subject: Subject
    /// The bytes as the API sent them, but that line feeds between tokens are blanks: one element is one line.
    package let bytes: [UInt8]
    package let observedAt: Date
    /// When an event happened, in seconds since 1970; nil for rejects.
    package let happenedAt: Int?

    package enum Subject: Sendable, Hashable {
        case event(ContentHash, CalendarDay)
        case reject(RejectProblem)
    }

    /// An event of `body`.
    package init(_ event: Event, in body: [UInt8], observedAt: Date) {
        key = SeenKey.event(event.id)
        subject = .event(event.content, event.time.date)
        bytes = Self.oneLine(body[event.range])
        self.observedAt = observedAt
        happenedAt = event.time.epochSeconds
    }

    /// A rejected element of `body`; the key covers its bytes untouched.
    package init(_ reject: RejectedElement, in body: [UInt8], observedAt: Date) {
        key = SeenKey.reject(sha256: Hex.encode(Digest.sha256(Array(body[reject.range]))))
        subject = .reject(reject.problem)
        bytes = Array(body[reject.range])
        self.observedAt = observedAt
        happenedAt = nil
    }

    /// Strings hold no raw line feeds, so every one stands between tokens, where a blank means the same.
    private static func oneLine(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        bytes.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
    }
}

/// What one answer amounts to.
package struct AnswerCounts: Sendable, Hashable {
    package var new = 0
    package var revised = 0
    package var unchanged = 0
    /// Elements rejected, counted at first sight only.
    package var rejected = 0

    package init() {}

    package var isUnchanged: Bool { new == 0 && revised == 0 && rejected == 0 }
}
