// SPDX-License-Identifier: MIT

import Alarms
import MQL

/// Which points make an alarm fire, and which clear it, found by playing it over candidates. Times are milliseconds.
struct DrillRecipe: Sendable {
    /// What a stream does.
    enum Pattern: Sendable, Hashable {
        /// A value each minute.
        case steady(Double)
        /// One that grows by this each minute.
        case rising(Double)
        /// One point, and then nothing.
        case gone(Double)
    }

    /// One stream of the drill.
    struct Stream: Sendable, Hashable {
        let identity: StreamIdentity
        var pattern: Pattern
    }

    /// What is posted until it fires.
    let streams: [Stream]
    /// The first label at which it fires, as simulated.
    let firesAt: Int64
    /// What is posted from then on; nil: nothing clears it within `clearLimit`.
    let clearing: [Stream]?
    /// How long it takes from the first good point until it is OK.
    let clearMilliseconds: Int64?
    /// How far back points are posted.
    let reach: Int64

    private static let minute: Int64 = 60_000
    /// OCI takes points that are younger than two hours; some of them are for the way there.
    private static let oldest: Int64 = 115 * minute
    /// So long a drill waits for the end of an alarm.
    static let clearLimit: Int64 = 15 * minute
    /// So far ahead it is simulated.
    private static let horizon: Int64 = 180 * minute

    /// - Parameter now: when the points will be posted.
    /// Nil where no candidate makes it fire within three hours.
    init?(_ drill: DrillAlarm, now: Int64, simulation: AlarmSimulation) {
        let trial = Trial(drill: drill, now: now, simulation: simulation)
        guard let found = trial.firing() else { return nil }
        (streams, firesAt, reach) = (found.streams, found.firesAt, trial.reach)
        let cleared = trial.clearing(found.streams, firesAt: found.firesAt)
        clearing = cleared?.streams
        clearMilliseconds = cleared?.milliseconds
    }

    /// The points of streams between two instants, both included; `start` is when the drill began.
    static func points(
        _ streams: [Stream], start: Int64, reach: Int64, from: Int64, until: Int64
    ) -> [(identity: StreamIdentity, points: [Datapoint])] {
        let begin = (start - reach) / minute * minute
        return streams.map { stream in
            var points: [Datapoint] = []
            if case .gone(let value) = stream.pattern {
                if (from...max(from, until)).contains(begin) { points.append(Datapoint(at: begin, value)) }
                return (stream.identity, points)
            }
            var instant = max(begin, (from + minute - 1) / minute * minute)
            while instant <= until {
                switch stream.pattern {
                case .steady(let value): points.append(Datapoint(at: instant, value))
                case .rising(let step): points.append(Datapoint(at: instant, Double((instant - begin) / minute) * step))
                case .gone: break
                }
                instant += minute
            }
            return (stream.identity, points)
        }
    }

    /// Plays candidates.
    struct Trial {
        let drill: DrillAlarm
        let now: Int64
        let simulation: AlarmSimulation

        /// The longest window, the pending time, and two minutes.
        var reach: Int64 {
            let longest = drill.rules.rules.map { rule in
                let window = rule.query.root.selectors.map { Int64($0.interval.minutes) }.max() ?? 1
                return window * minute + rule.pendingMilliseconds + 2 * minute
            }
            return min(longest.max() ?? minute, oldest)
        }

        /// The base rule's streams are tried first, then those of each override.
        func firing() -> (streams: [Stream], firesAt: Int64)? {
            for rule in drill.rules.rules.reversed() {
                var best: (streams: [Stream], firesAt: Int64)?
                for streams in candidates(rule) {
                    guard let label = label(streams) else { continue }
                    if label < best?.firesAt ?? .max { best = (streams, label) }
                    if label <= now { break }
                }
                if let best { return best }
            }
            return nil
        }

        private func label(_ streams: [Stream]) -> Int64? {
            let points = DrillRecipe.points(
                streams, start: now, reach: reach, from: now - reach - minute, until: now + horizon)
            let first = now - drill.alarm.slackMilliseconds
            return simulation.run(over: store(points), from: first, until: now + horizon).episodes.first?.from
        }

        private func store(_ series: [(identity: StreamIdentity, points: [Datapoint])]) -> MetricStore {
            MetricStore(
                series.map { identity, points in
                    // What lies in the past is posted now.
                    MetricStream(
                        identity, points.map { Datapoint(at: $0.timestamp, $0.value, arrival: max(now, $0.timestamp)) })
                })
        }

        /// The value that ends it soonest.
        func clearing(_ streams: [Stream], firesAt: Int64) -> (streams: [Stream], milliseconds: Int64)? {
            let seen = (max(firesAt, now) / minute + 1) * minute + drill.alarm.slackMilliseconds
            var best: (streams: [Stream], milliseconds: Int64)?
            for value in DrillRecipe.values(drill.rules) {
                let good = streams.map { Stream(identity: $0.identity, pattern: .steady(value)) }
                let points = zip(
                    DrillRecipe.points(streams, start: now, reach: reach, from: now - reach - minute, until: seen),
                    DrillRecipe.points(good, start: seen, reach: 0, from: seen, until: seen + clearLimit)
                ).map { bad, good in (bad.identity, bad.points + good.points) }
                let timeline = simulation.run(
                    over: store(points), from: now - drill.alarm.slackMilliseconds, until: seen + clearLimit)
                guard let end = timeline.episodes.first?.until, timeline.episodes.last?.until != nil else { continue }
                let milliseconds = max(0, end - seen)
                if milliseconds < best?.milliseconds ?? .max { best = (good, milliseconds) }
            }
            return best
        }
    }
}
