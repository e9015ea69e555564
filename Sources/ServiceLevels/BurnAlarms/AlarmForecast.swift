// SPDX-License-Identifier: MIT

/// What has to become of an alarm, worked out in whole numbers from the points that come, minute by minute.
///
/// It knows nothing of queries: a condition is a question about the values of a window. Source of the rules: "Monitoring
/// Overview" and "About the Internal Reset Period", docs.oracle.com.
struct AlarmForecast {
    /// A rule: its name, its severity, and whether it holds for the values of a window, of which there is at least one.
    struct Rule {
        let name: String
        let severity: String
        let holds: ([Int]) -> Bool
    }

    /// The numbers of an alarm, in minutes.
    struct Timing {
        let window: Int
        let pending: Int
        let repeats: Int
    }

    enum Kind: String { case fired = "OK_TO_FIRING", ended = "FIRING_TO_OK", repeated = "REPEAT", reset = "RESET" }

    struct Message {
        let minute: Int
        let kind: Kind
        /// Of the rule that speaks; nil where nothing fires any more.
        let severity: String?
    }

    /// Changes of the rule that fires, nil for none; the first is that of minute 0.
    private(set) var changes: [(minute: Int, rule: String?)] = [(0, nil)]
    private(set) var messages: [Message] = []

    /// - Parameters:
    ///   - points: values by minute.
    ///   - rules: in the order in which they are asked; the first that fires speaks.
    ///   - until: the last minute.
    init(_ points: [Int: Int], rules: [Rule], timing: Timing, until: Int) {
        var machines = rules.map { _ in Machine() }
        var lastSent = 0
        for minute in 0...until {
            let values = (minute - timing.window + 1...minute).compactMap { points[$0] }
            var didReset = false
            for index in rules.indices {
                let truth = values.isEmpty ? nil : rules[index].holds(values)
                didReset = machines[index].step(truth, at: minute, pending: timing.pending) || didReset
            }
            let firing = rules.indices.first { machines[$0].isFiring }.map { rules[$0] }
            let before = changes.last?.rule
            if firing?.name != before { changes.append((minute, firing?.name)) }
            let kind: Kind? =
                switch (before, firing) {
                case (nil, nil): nil
                case (nil, _?): .fired
                case (_?, nil): didReset ? .reset : .ended
                case (_?, _?): minute - lastSent >= timing.repeats ? .repeated : nil
                }
            guard let kind else { continue }
            lastSent = minute
            messages.append(Message(minute: minute, kind: kind, severity: firing?.severity))
        }
    }

    var isSilent: Bool { messages.isEmpty }

    /// One rule of one stream.
    private struct Machine {
        private(set) var isFiring = false
        private var heldFor = 0
        private var missingSince: Int?

        /// Takes the next minute and tells whether it ended for want of data.
        mutating func step(_ truth: Bool?, at minute: Int, pending: Int) -> Bool {
            heldFor = truth == true ? heldFor + 1 : 0
            missingSince = truth == nil ? missingSince ?? minute : nil
            guard isFiring else {
                isFiring = heldFor >= pending
                return false
            }
            if truth == false { isFiring = false }
            guard let missingSince, minute - missingSince >= 10 else { return false }
            isFiring = false
            return true
        }
    }
}
