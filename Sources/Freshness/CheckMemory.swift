// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What a checker keeps from one check to the next.
///
/// Spans are summed up by the machine's uptime, so that a moved clock changes neither an age nor when to tell whom.
package struct CheckMemory: Sendable, Hashable {
    /// Of the last check; nil before the first.
    package var time: CheckTime?
    package var firstCheckAt: Date?
    package var sources: [EvidenceSource: Seen] = [:]
    package var state: FreshnessState?
    package var since: Date?
    package var stateSeconds = 0.0
    package var isStale = false
    package var isAlarming = false
    /// What the last verdict that was not unknown said of staleness; nil before the first.
    package var wasKnownStale: Bool?
    /// For how long evidence that should be there has not been known; nil where it is.
    package var blindSeconds: Double?
    /// Since the alarm in force was last told; nil where none was.
    package var secondsSinceNotice: Double?
    /// Since the last record of a check; nil before the first.
    package var secondsSinceRecord: Double?
    /// The service manager has known the timer before.
    package var hasSeenScheduler = false
    /// For how long the scheduler has been unhealthy; nil where it is not.
    package var sickSeconds: Double?
    package var hasToldSick = false

    package init() {}

    /// What is remembered of a place.
    package struct Seen: Sendable, Hashable {
        /// Names the last good run; nil where there was none.
        package var key: String?
        /// Of that run, at least; nil where its instant lay in the future and nobody knows.
        package var ageSeconds: Double?
        /// Since it was last read.
        package var secondsSinceRead: Double
        /// The clock was set back since.
        package var isSetBack: Bool
        /// By how much the clock is behind the one that ended the run, as far as was seen.
        package var behindSeconds = 0.0
        /// For how long, at least, the age has not been known.
        package var unsureSeconds = 0.0

        package init(key: String?, ageSeconds: Double?, secondsSinceRead: Double = 0, isSetBack: Bool = false) {
            self.key = key
            self.ageSeconds = ageSeconds
            self.secondsSinceRead = secondsSinceRead
            self.isSetBack = isSetBack
        }

        /// Lets `elapsed` seconds pass, in which the clock was moved by `jump`; `advance` is what it says has passed.
        fileprivate mutating func pass(
            _ elapsed: Double, jump: Double, advance: Double, isSameBoot: Bool, _ limits: FreshnessLimits
        ) {
            secondsSinceRead += elapsed
            ageSeconds.add(elapsed)
            if isSameBoot { unsureSeconds += elapsed }
            if jump < -limits.skew {
                isSetBack = true
                behindSeconds -= jump
                // Over a restart with an earlier clock nobody knows how long the machine was off.
                if !isSameBoot { (ageSeconds, unsureSeconds) = (nil, 0) }
            } else if isSameBoot {
                if jump > limits.skew { behindSeconds = max(0, behindSeconds - jump) }
            } else if behindSeconds > limits.skew {
                // Without an uptime, a gap as long as the clock was behind is the clock that was put right.
                let rest = advance - behindSeconds
                if rest > -limits.skew, rest < limits.unknownAlarmAfter { behindSeconds = 0 }
            }
        }

        /// The age, where the clock that made it unknown was put right.
        fileprivate func regained(_ wall: Double, _ limits: FreshnessLimits) -> Double? {
            guard behindSeconds <= limits.skew, wall >= -limits.skew else { return nil }
            return max(unsureSeconds, wall)
        }
    }

    /// How far the clock was set back lately, in seconds, and how long ago: what arrives late was written before.
    package var setBackSeconds = 0.0
    package var secondsSinceSetBack = 0.0

    /// Copies and metrics may arrive this late.
    private static let lateness = 6 * 3600.0

    private mutating func setBack(by seconds: Double) {
        setBackSeconds += seconds
        secondsSinceSetBack = 0
    }

    private mutating func forgetSetBack(after elapsed: Double) {
        secondsSinceSetBack += elapsed
        if secondsSinceSetBack > Self.lateness { setBackSeconds = 0 }
    }

    /// Lets the time between two checks pass.
    mutating func pass(to now: CheckTime, _ limits: FreshnessLimits) {
        defer {
            time = now
            firstCheckAt = firstCheckAt ?? now.now
        }
        guard let time else { return }
        let (elapsed, jump) = (now.elapsed(since: time), now.jump(since: time))
        stateSeconds += elapsed
        secondsSinceNotice = secondsSinceNotice.map { $0 + elapsed }
        secondsSinceRecord = secondsSinceRecord.map { $0 + elapsed }
        sickSeconds = sickSeconds.map { $0 + elapsed }
        blindSeconds = blindSeconds.map { $0 + elapsed }
        forgetSetBack(after: elapsed)
        if jump < -limits.skew { setBack(by: -jump) }
        let (advance, isSameBoot) = (now.now.timeIntervalSince(time.now), now.isSameBoot(as: time))
        for source in sources.keys {
            sources[source]?.pass(elapsed, jump: jump, advance: advance, isSameBoot: isSameBoot, limits)
        }
    }

    /// Takes in what a place said and tells the age of its last good run; nil where nobody knows or there is none.
    mutating func note(_ reading: SourceReading, at now: Date, _ limits: FreshnessLimits) -> Double? {
        guard let evidence = reading.evidence else { return nil }
        let before = sources[reading.source]
        guard let success = evidence.lastSuccess else {
            // A ledger that was taken away does not undo the runs it told of.
            sources[reading.source, default: Seen(key: nil, ageSeconds: nil)].secondsSinceRead = 0
            return before?.ageSeconds
        }
        let wall = now.timeIntervalSince(success.endedAt)
        let known: Double?
        if let before, before.key == success.key {
            known = before.ageSeconds ?? before.regained(wall, limits)
        } else if reading.source != .ledger, setBackSeconds > 0 {
            // It may be older than the last look, and be from before the clock was set back.
            known = wall + setBackSeconds < -limits.skew ? nil : max(0, wall + setBackSeconds)
        } else if wall < -limits.skew || before?.isSetBack == true {
            // Recorded since the last look, so no older than that; never seen before: no telling.
            known = before.map { max($0.secondsSinceRead, wall) }
        } else {
            known = max(0, wall)
        }
        var seen = Seen(key: success.key, ageSeconds: known)
        if known == nil {
            let isSame = before?.key == success.key
            seen.behindSeconds = isSame ? before?.behindSeconds ?? 0 : max(0, -wall)
            seen.unsureSeconds = isSame ? before?.unsureSeconds ?? 0 : 0
        }
        sources[reading.source] = seen
        // A clock set forward makes old what is new, until the next good run: better than the other way round.
        return known.map { max($0, wall) }
    }

    /// The best that was ever known of the last good run: a bound while nothing can be read.
    var knownAge: Double? { sources.values.compactMap(\.ageSeconds).min() }
}

extension Double? {
    fileprivate mutating func add(_ seconds: Double) { self = map { $0 + seconds } }
}
