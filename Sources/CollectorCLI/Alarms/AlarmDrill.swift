// SPDX-License-Identifier: MIT

import Alarms
import Collector
import Files
import FoundationEssentials
import Ledger
import MQL
import OCI
import Transport

/// Lets a copy of an alarm fire for real, on a stream of its own, and takes everything away again.
struct AlarmDrill: Sendable {
    let cloud: AlarmCloud
    let copy: DrillAlarm
    let recipe: DrillRecipe
    let budget: Duration
    /// Whether the end of the alarm is waited for, where it comes soon.
    let clears: Bool
    let startedAt: Date
    /// Is told what happens.
    let story: @Sendable (String) -> Void

    /// How often OCI is asked and points are posted.
    private static let pace = Duration.seconds(10)

    private var time: TimeSource { cloud.live.time }
    private var stop: StopSignal { cloud.live.stop }

    /// What happened. The temporary alarm is deleted whatever it was, also when somebody ends the drill.
    func run(_ record: DrillRecord) async -> (record: DrillRecord, failure: RunFailure?) {
        var record = record
        var failure: RunFailure?
        do throws(OCIError) {
            try await fire(&record)
            if record.firedAt != nil, clears { try await clear(&record) }
        } catch {
            let problem = RunFailure(error, stage: .store)
            failure = problem
            if record.outcome != .passed && record.outcome != .late { record.outcome = .failed }
            record.problem = problem.message
        }
        await delete(&record)
        return (record, failure)
    }

    private func fire(_ record: inout DrillRecord) async throws(OCIError) {
        try await post(recipe.streams, from: startedAt.addingTimeInterval(-7_200), until: startedAt)
        record.postedAt = time.now()
        story("posted \(recipe.streams.count) stream\(recipe.streams.count == 1 ? "" : "s") of job \(copy.drill)")
        var random = SystemRandomNumberGenerator()
        let token = RunID(at: time.now(), using: &random).hex
        let made = try await cloud.monitoring.createAlarm(copy.alarm.json, retryToken: token)
        record.alarmID = made.id
        record.createdAt = time.now()
        let begin = time.uptime()
        story("made \(made.id); waiting for it to fire (budget \(Words.age(Double(budget.components.seconds))))")
        var posted = startedAt
        while !stop.isRequested {
            let elapsed = time.uptime() - begin
            if try await isFiring(made.id) {
                record.firedAt = time.now()
                record.detectionSeconds = elapsed.inSeconds
                record.outcome = elapsed <= budget ? .passed : .late
                return story("fired after \(Words.age(elapsed.inSeconds))")
            }
            // Past the budget it is late; whether it comes at all is worth as long again.
            guard elapsed < budget * 2 else {
                record.outcome = .silent
                return
            }
            await pause(Self.pace)
            let now = time.now()
            try await post(recipe.streams, from: posted.addingTimeInterval(0.001), until: now)
            posted = now
        }
        record.outcome = .interrupted
    }

    private func clear(_ record: inout DrillRecord) async throws(OCIError) {
        guard let good = recipe.clearing, let id = record.alarmID, let expected = recipe.clearMilliseconds else {
            return story("not waiting for its end: its window outlasts the drill")
        }
        let begin = time.uptime()
        let limit = Duration.milliseconds(expected + copy.alarm.slackMilliseconds) + .seconds(300)
        story("posting good values; waiting for its end")
        let from = time.now()
        var posted = from.addingTimeInterval(-60)
        while !stop.isRequested, time.uptime() - begin < limit {
            let now = time.now()
            try await post(good, from: posted, until: now, start: from.addingTimeInterval(-60))
            posted = now.addingTimeInterval(0.001)
            if try await !isFiring(id) {
                record.clearedAt = time.now()
                return story("cleared after \(Words.age((time.uptime() - begin).inSeconds))")
            }
            await pause(Self.pace)
        }
        story("it did not clear while it was waited for")
    }

    private func isFiring(_ id: String) async throws(OCIError) -> Bool {
        try await cloud.monitoring.alarmsStatus(compartment: place, displayName: copy.alarm.displayName)
            .contains { $0.id == id && $0.status == "FIRING" }
    }

    /// Where the copy lives.
    private var place: String { copy.alarm.compartmentID ?? cloud.compartment }

    private func post(
        _ streams: [DrillRecipe.Stream], from: Date, until: Date, start: Date? = nil
    ) async throws(OCIError) {
        let series = DrillRecipe.points(
            streams, start: (start ?? startedAt).milliseconds, reach: start == nil ? recipe.reach : 0,
            from: from.milliseconds, until: until.milliseconds)
        let metrics = series.filter { !$0.points.isEmpty }.map { identity, points in
            MetricData(
                identity: MetricIdentity(
                    namespace: identity.namespace, name: identity.metric, resourceGroup: identity.resourceGroup,
                    compartment: copy.alarm.metricCompartmentID ?? cloud.compartment,
                    dimensions: identity.dimensions), metadata: [:],
                datapoints: points.map {
                    .init(timestamp: Date(timeIntervalSince1970: Double($0.timestamp) / 1_000), value: $0.value)
                })
        }
        guard !metrics.isEmpty else { return }
        let result = try await cloud.monitoring.post(metrics)
        if let refused = result.failures.first {
            throw .unusable(operation: "PostMetricData", problem: "a point of the drill is refused: \(refused.message)")
        }
    }

    /// Deletes the copy; one that cannot be deleted is told with the command that does it.
    private func delete(_ record: inout DrillRecord) async {
        guard let id = record.alarmID else { return }
        do throws(OCIError) {
            try await cloud.monitoring.deleteAlarm(id, ifMatch: nil)
            record.isDeleted = true
            story("deleted the temporary alarm")
        } catch {
            let command = "oci monitoring alarm delete --alarm-id \(id)"
            record.problem = "the temporary alarm is still there (\(error)); delete it: \(command)"
            story("the temporary alarm is still there: \(error); delete it: \(command)")
        }
    }

    private func pause(_ duration: Duration) async {
        let time = time
        await stop.whileRunning(sleep: { _ in }) {
            // Cancelled means: stop waiting.
            try? await time.sleep(duration)
        }
    }
}

extension AlarmDrill {
    /// What it should take: until the condition holds, the slack, and a minute for the evaluation (catalogue §5.1).
    static func expected(_ copy: DrillAlarm, _ recipe: DrillRecipe, at now: Date) -> Duration {
        .milliseconds(max(0, recipe.firesAt - now.milliseconds) + copy.alarm.slackMilliseconds + 60_000)
    }

    /// A new alarm may take five minutes to be in force.
    static let settling = Duration.seconds(300)
}

extension Date {
    /// Milliseconds since 1970, as the alarm machine counts.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded()) }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
