// SPDX-License-Identifier: MIT

/// One body of the events API, read and judged.
package struct Answer: Sendable, Hashable {
    /// Valid events in the order sent, one for each id.
    package let events: [Event]
    package let rejects: [RejectedElement]
    package let kind: Kind
    /// Distinct types among the events.
    package let typeCount: Int
    /// The newest event's instant, in seconds since 1970; nil without events.
    package let newest: Int?

    /// What an array of events is taken for.
    package enum Kind: String, Sendable, Hashable {
        /// The window of the 500 latest events.
        case normal
        /// Somebody else's filtered list: genuine events, but not the window (design §1).
        case filtered
    }
}

/// Why a body is no list of events. The raw values are the answer classes of the ledger.
package enum AnswerProblem: String, Error, Sendable, Hashable {
    case empty
    case notJSON = "not_json"
    case truncated
    case notArray = "not_array"
    /// More elements than any answer of the source has; they are not read.
    case tooMany = "too_many"
}

extension Answer {
    /// An answer with fewer types is not the window: normal ones have 41 and more.
    static let fewTypes = 3
    /// Events older than this before the answer are rare in the window: at most 0.8 % of a normal answer.
    static let oldSeconds = 14 * 86_400

    /// Judges a list by its types and ages: a filtered one has at most 3 types or is at least half older than 14 days.
    ///
    /// - Parameter now: when the answer was given, in seconds since 1970.
    static func judge(_ events: [Event], now: Int) -> (kind: Kind, typeCount: Int, newest: Int?) {
        var types: Set<String> = []
        var old = 0
        var newest: Int?
        for event in events {
            if types.count <= fewTypes || !types.contains(event.type) { types.insert(event.type) }
            if now - event.time.epochSeconds > oldSeconds { old += 1 }
            newest = max(newest ?? event.time.epochSeconds, event.time.epochSeconds)
        }
        let isFiltered = types.count <= fewTypes || 2 * old >= events.count
        return (isFiltered ? .filtered : .normal, types.count, newest)
    }
}
