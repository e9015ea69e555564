// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials

/// How often the source may be called (its published rules).
package struct RateLimits: Sendable, Hashable {
    package let spacing: Duration
    package let perHour: Int
    package let perDay: Int

    package init(spacing: Duration, perHour: Int, perDay: Int) {
        self.spacing = spacing
        self.perHour = perHour
        self.perDay = perDay
    }

    /// https://polisen.se/om-polisen/om-webbplatsen/oppna-data/regler-for-oppna-data/: at least 10 s between calls, at most
    /// 60 an hour and 1,440 a day.
    package static let polisen = RateLimits(spacing: .seconds(10), perHour: 60, perDay: 1_440)

    /// For a source on loopback.
    package static let off = RateLimits(spacing: .zero, perHour: .max, perDay: .max)
}

/// The calls made to the source in the last 24 hours, in a file shared by retries, manual runs and all programs that
/// share the state directory.
///
/// A call is written down before it is made, so that a crash cannot hide it. Times in the future (the clock was set back)
/// count as now: they never make the limits wider.
package struct CallLedger: Sendable {
    private let path: String
    private let limits: RateLimits

    /// What may be done now.
    package enum Verdict: Sendable, Hashable {
        /// The call is written down: make it.
        case granted
        /// Ask again after this long: the last call was too short a time ago.
        case wait(Duration)
        /// The source has asked to be left alone until then.
        case heldOff(until: Date)
        /// The budget of this window is used up until the instant given.
        case exhausted(window: Window, until: Date)
    }

    package enum Window: String, Sendable, Hashable, CaseIterable {
        case hour, day

        package var seconds: Double { self == .hour ? 3_600 : 86_400 }
    }

    package init(path: String, limits: RateLimits) {
        self.path = path
        self.limits = limits
    }

    /// Takes one call out of the budget, if it allows one now.
    package func reserve(now: Date) throws(FileError) -> Verdict {
        try FileSystem.makeDirectories(FileSystem.parent(of: path))
        let lock = try FileLock.acquire(path + ".lock")
        defer { lock.release() }
        if let until = try heldOff(now: now) {
            let rest = until.timeIntervalSince(now)
            // A wish that is nearly over: the wait for it may end a moment early.
            return rest < 1 ? .wait(.milliseconds(Int((rest * 1_000).rounded(.up)))) : .heldOff(until: until)
        }
        let (calls, isCorrected) = try recent(now: now)
        let verdict = Self.verdict(calls: calls, limits: limits, now: now)
        if verdict == .granted {
            try write(calls + [now.timeIntervalSince1970])
        } else if isCorrected {
            // Else a call that counts as now would count as now for ever, and no wait would be long enough.
            try write(calls)
        }
        return verdict
    }

    /// Writes down that the source wants no call before `until` (`Retry-After`).
    package func holdOff(until: Date) throws(FileError) {
        try FileSystem.replace(heldOffPath, Array("\(until.timeIntervalSince1970)\n".utf8), durable: false)
    }

    private var heldOffPath: String { path + ".not-before" }

    /// Until when the source wants no call. A wish for more than a day is none: the clock was set back, or the file is
    /// damaged.
    private func heldOff(now: Date) throws(FileError) -> Date? {
        let text = try FileSystem.read(heldOffPath).map { String(decoding: $0, as: UTF8.self) }
        guard let until = text?.split(separator: "\n").first.flatMap({ Double($0) }) else { return nil }
        let rest = until - now.timeIntervalSince1970
        return rest > 0 && rest <= Window.day.seconds ? Date(timeIntervalSince1970: until) : nil
    }

    /// Calls in the last 24 hours, for `status` and metrics.
    package func used(_ window: Window, now: Date) throws(FileError) -> Int {
        try recent(now: now).calls.count { now.timeIntervalSince1970 - $0 < window.seconds }
    }

    /// The rule itself.
    ///
    /// - Parameter calls: times in seconds since 1970, none later than `now`.
    static func verdict(calls: [Double], limits: RateLimits, now: Date) -> Verdict {
        let now = now.timeIntervalSince1970
        for (window, limit) in [(Window.day, limits.perDay), (.hour, limits.perHour)] {
            let inside = calls.filter { now - $0 < window.seconds }.sorted()
            if inside.count >= limit {
                return .exhausted(
                    window: window, until: Date(timeIntervalSince1970: inside[inside.count - limit] + window.seconds))
            }
        }
        let spacing = Double(limits.spacing.components.seconds)
        if spacing > 0, let last = calls.max(), now - last < spacing {
            // Whole milliseconds: a remainder that a clock cannot show would be waited for without end.
            return .wait(.milliseconds(Int(((spacing - (now - last)) * 1_000).rounded(.up))))
        }
        return .granted
    }

    /// The calls of the last 24 hours, and whether the file says otherwise of one of them.
    private func recent(now: Date) throws(FileError) -> (calls: [Double], isCorrected: Bool) {
        let now = now.timeIntervalSince1970
        let lines = (try FileSystem.read(path) ?? []).split(separator: 0x0A)
        // A line that is no number was torn by a crash: the call behind it counts as one just made.
        let calls = lines.map {
            Double(String(decoding: $0, as: UTF8.self)).flatMap { $0.isNaN ? nil : $0 } ?? .infinity
        }
        return (calls.map { min($0, now) }.filter { now - $0 < Window.day.seconds }, calls.contains { !($0 <= now) })
    }

    private func write(_ calls: [Double]) throws(FileError) {
        let lines = calls.map { "\((($0 * 1_000).rounded(.up)) / 1_000)\n" }.joined()
        try FileSystem.replace(path, Array(lines.utf8), durable: false)
    }
}
