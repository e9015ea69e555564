// SPDX-License-Identifier: MIT

import Files
import Foundation
import OCI
import Synchronization
import TestSupport
import Testing
import Transport

@testable import OCIMetrics

/// A host whose processes die, a clock, and an OCI Monitoring that remembers what it took.
///
/// Points are known by their value, which no two share.
final class CrashWorld: Sendable {
    enum Behaviour: CaseIterable, Sendable {
        case ok, partial, refuseAll, throttle, refuseConnection, skewed
        case error500, stored500, lostReply, unreadable, hang, storedHang, killedBefore, killedAfter

        /// The client cannot know whether the points were taken.
        var leavesDoubt: Bool {
            switch self {
            case .ok, .partial, .refuseAll, .throttle, .refuseConnection, .skewed, .unreadable: false
            default: true
            }
        }
    }

    struct State: Sendable {
        var random: SeededGenerator
        /// The service's time, which is right.
        var now = noon
        /// How far the host's clock is ahead of it.
        var ahead = 0.0
        var nextValue = 0.0
        /// Points whose append came back, by value.
        var promised: [Double: MetricPoint] = [:]
        /// Points whose process died while it wrote them.
        var unpromised: Set<Double> = []
        /// How often each was taken; and refused.
        var accepted: [Double: Int] = [:]
        var refused: [Double: Int] = [:]
        /// Who was told clearly that a point was taken, and how many of its writes had come back by then.
        var told: [Double: (life: Life, writes: Int)] = [:]
        /// The same of refusals.
        var toldRefused: [Double: (life: Life, writes: Int)] = [:]
        /// Points of requests whose end their process could not know.
        var doubted: Set<Double> = []
        var twice = 0
        var isHanging = false
        var violations: [String] = []
        /// Points whose append found the lock taken.
        var aside = 0
        /// Points that left the spool younger than two hours, and nobody took or refused them.
        var lostYoung: [Double] = []
        var hostNow: Date { now + ahead }

        /// Points of which the spool cannot know what became of them: the answer was lost, or who had it died.
        var unnoted: Set<Double> {
            let died = [told, toldRefused].flatMap { answers in
                answers.filter { $0.value.life.isDead && $0.value.life.writes == $0.value.writes }.keys
            }
            return doubted.union(died)
        }
    }

    let disk = CrashDisk()
    let state: Mutex<State>
    static let directory = "/spool"

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    func draw(_ range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.random) }
    }

    func spool(_ life: Life) -> MetricSpool {
        MetricSpool(
            directory: Self.directory, limitBytes: 1 << 20, files: disk.files(of: life),
            now: { self.state.withLock { $0.hostNow } })
    }

    /// Somebody sets the host's clock: right, a little wrong, or hours ahead.
    func setClock() {
        state.withLock { state in
            let ahead = [0, 0, 0, -200, -60, 60, 200, Double.random(in: 7000...20_000, using: &state.random)]
            state.ahead = ahead.randomElement(using: &state.random) ?? 0
        }
    }

    /// - Parameter isLocked: another process holds the lock all the time.
    func append(_ count: Int, by life: Life, isLocked: Bool = false) {
        let other = Life()
        // Whether it got it says nothing here: a lock that is held already is held.
        let lock = isLocked ? try? disk.files(of: other).tryLock(Self.directory + "/lock") : nil
        defer { lock?.release() }
        if lock != nil { state.withLock { $0.aside += count } }
        let points = state.withLock { state in
            (0..<count).map { _ in
                state.nextValue += 1
                let stream = Int(state.nextValue) % (Int(state.nextValue) % 3 == 0 ? 8 : 70)
                let age = Double.random(in: 0..<60, using: &state.random)
                return point("m\(stream)", value: state.nextValue, at: state.hostNow - age)
            }
        }
        do {
            try spool(life).append(points)
            state.withLock { state in for point in points { state.promised[point.value] = point } }
        } catch {
            if !life.isDead { violate("append failed: \(error)") }
            state.withLock { $0.unpromised.formUnion(points.map(\.value)) }
        }
    }

    func post(by life: Life) async {
        state.withLock { $0.isHanging = false }
        let twice = state.withLock { $0.twice }
        let poster = MetricPoster(
            spool: spool(life), destination: .test,
            time: .standing(
                now: { self.state.withLock { $0.hostNow } }, isUp: { self.state.withLock { $0.isHanging } }),
            post: endpoint(life))
        let report = await poster.post(until: .seconds(2))
        let again = state.withLock { $0.twice } - twice
        if report.resent < again { violate("\(again) points taken twice, \(report.resent) counted as resent") }
        if report.errorType == "spool", !life.isDead { violate("spool: \(report.problem ?? "")") }
        lookForLost()
    }

    private func lookForLost() {
        guard let waiting = try? spool(Life()).waiting() else { return }
        let values = Set(waiting.map(\.value))
        state.withLock { state in
            state.lostYoung += state.promised.values.filter { point in
                state.now.timeIntervalSince(point.at) < 7200 && !values.contains(point.value)
                    && state.accepted[point.value] == nil && state.refused[point.value] == nil
            }.map(\.value)
        }
    }

    func advance(_ seconds: Int) { state.withLock { $0.now += Double(seconds) } }

    func violate(_ text: String) { state.withLock { $0.violations.append(text) } }

    private func endpoint(_ life: Life) -> MetricPoster.Post {
        { (metrics, _) async throws(OCIError) in
            if life.isDead { throw .refusedConnection }
            let behaviour = self.behaviour()
            // Others record while the request is on its way, and one of them tries to post too.
            if self.draw(0...3) == 0 { self.append(self.draw(1...5), by: life) }
            if life.isDead { throw .refusedConnection }
            // Sign-in and the way take their time.
            self.state.withLock { $0.now += Double.random(in: 0...2, using: &$0.random) }
            if behaviour.leavesDoubt { self.doubt(metrics) }
            // While the answer is on its way.
            defer { if self.draw(0...19) == 0 { self.setClock() } }
            let ahead = self.state.withLock { $0.ahead }
            guard abs(ahead) <= 300 else { throw .answered(401, "NotAuthenticated", skew: ahead) }
            return try await self.judged(behaviour, metrics, life)
        }
    }

    /// Refuses what is too old, and passes on the rest.
    private func judged(
        _ behaviour: Behaviour, _ metrics: [MetricData], _ life: Life
    ) async throws(OCIError) -> PostResult {
        let now = state.withLock { $0.now }
        let isOld = metrics.map { $0.datapoints.contains { now.timeIntervalSince($0.timestamp) >= 7200 } }
        guard isOld.contains(true) else { return try await answer(behaviour, metrics, life) }
        for metric in zip(metrics, isOld).lazy.filter(\.1).map(\.0)
        where metric.datapoints.contains(where: { now.timeIntervalSince($0.timestamp) < 7200 }) {
            violate("a young point went with one that is too old")
        }
        let fine = zip(metrics, isOld).filter { !$0.1 }.map(\.0)
        guard !fine.isEmpty else { throw .answered(400, "InvalidParameter") }
        _ = try await answer(behaviour.leavesDoubt ? behaviour : .ok, fine, life)
        return PostResult(
            failures: isOld.indices.filter { isOld[$0] }.map { PostResult.Failure(message: "old", index: $0) })
    }

    private func behaviour() -> Behaviour {
        state.withLock { state in
            let ok = Bool.random(using: &state.random)
            return ok ? .ok : Behaviour.allCases.randomElement(using: &state.random) ?? .ok
        }
    }

    private func answer(
        _ behaviour: Behaviour, _ metrics: [MetricData], _ life: Life
    ) async throws(OCIError) -> PostResult {
        switch behaviour {
        case .ok:
            take(metrics, tellTo: life)
            return PostResult()
        case .partial:
            let bad = Set(metrics.indices.filter { $0 % 3 == 0 && metrics.count > 1 })
            refuse(metrics.indices.filter(bad.contains).map { metrics[$0] }, tellTo: life)
            take(metrics.indices.filter { !bad.contains($0) }.map { metrics[$0] }, tellTo: life)
            return PostResult(failures: bad.map { PostResult.Failure(message: "no", index: $0) })
        case .refuseAll:
            refuse(metrics, tellTo: life)
            throw .answered(400, "InvalidParameter")
        case .throttle: throw .answered(429, "TooManyRequests")
        case .refuseConnection: throw .refusedConnection
        case .skewed: throw .answered(401, "NotAuthenticated", skew: 4000)
        case .error500: throw .answered(500, "InternalServerError")
        case .stored500:
            take(metrics)
            throw .answered(500, "InternalServerError")
        case .lostReply:
            take(metrics)
            throw .reset
        case .unreadable:
            take(metrics, tellTo: life)
            throw .unreadableBody(operation: "PostMetricData", problem: "torn", requestID: nil)
        case .hang, .storedHang:
            if behaviour == .storedHang { take(metrics) }
            state.withLock { $0.isHanging = true }
            // Ends with its task, as a transfer does.
            while !Task.isCancelled { await Task.yield() }
            throw .transport(.cancelled, operation: "PostMetricData", attempts: 1)
        case .killedBefore, .killedAfter:
            if behaviour == .killedAfter { take(metrics) }
            life.die()
            throw .reset
        }
    }

    private func doubt(_ metrics: [MetricData]) {
        state.withLock { state in
            for metric in metrics { state.doubted.formUnion(metric.datapoints.map(\.value)) }
        }
    }

    private func refuse(_ metrics: [MetricData], tellTo life: Life) {
        state.withLock { state in
            // Of an object with several, it may be another that was refused.
            for value in metrics.filter({ $0.datapoints.count == 1 }).flatMap({ $0.datapoints.map(\.value) }) {
                state.refused[value, default: 0] += 1
                state.toldRefused[value] = (life, life.writes)
            }
        }
    }

    private func take(_ metrics: [MetricData], tellTo life: Life? = nil) {
        // Now and then, since it takes as long as all the rest.
        if state.withLock({ $0.accepted.count % 8 == 0 }), !metrics.isEmpty,
            MetricDataValidator(now: state.withLock { $0.now }).verdict(on: MetricData.request(metrics)) != .accepted
        {
            violate("a request that the service would refuse")
        }
        state.withLock { state in
            for value in metrics.flatMap({ $0.datapoints.map(\.value) }) {
                Self.judge(value, &state)
                state.accepted[value, default: 0] += 1
                state.told[value] = life.map { ($0, $0.writes) }
            }
        }
    }

    /// A point may come twice only where nobody could know that it had come, or who knew died before a write.
    private static func judge(_ value: Double, _ state: inout State) {
        guard state.accepted[value] != nil else { return }
        state.twice += 1
        if let told = state.told[value], told.life.writes > told.writes, !state.doubted.contains(value) {
            state.violations.append("point \(value) came twice without need")
        }
        if state.doubted.contains(value) { return }
        guard let told = state.told[value], told.life.isDead else {
            return state.violations.append("point \(value) came twice, and nobody had died")
        }
    }
}
