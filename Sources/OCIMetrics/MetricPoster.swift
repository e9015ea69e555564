// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
package import OCI
package import Transport

/// Takes points from the spool to OCI Monitoring, within a deadline, and never twice unless an answer was lost.
package struct MetricPoster: Sendable {
    /// What `Post` throws.
    package typealias Failure = OCIError
    /// Makes one request, which must be over at `deadline` (on the clock of `TimeSource.uptime`) or when its task is
    /// cancelled.
    package typealias Post =
        @Sendable (_ metrics: [MetricData], _ deadline: Duration) async throws(Failure) -> PostResult

    package let spool: MetricSpool
    package let destination: MetricDestination
    private let time: TimeSource
    private let send: Post

    /// - Parameters:
    ///   - time: what deadlines are measured with; instants of points are judged by the spool's clock.
    ///   - post: makes one request. Credentials may be fetched in it, when the first points go out.
    package init(spool: MetricSpool, destination: MetricDestination, time: TimeSource, post: @escaping Post) {
        self.spool = spool
        self.destination = destination
        self.time = time
        send = post
    }

    /// A post through `Monitoring`, one attempt each: trying again is the next post's business.
    package static func through(_ monitoring: Monitoring) -> Post {
        { (metrics, deadline) async throws(Failure) in
            var client = monitoring.client
            client.retry = .never
            client.deadline = min(client.deadline ?? deadline, deadline)
            return try await Monitoring(client: client).post(metrics)
        }
    }

    /// Posts what waits, oldest first, until nothing waits, something fails or `deadline` has come.
    ///
    /// - Parameters:
    ///   - deadline: on the clock of `TimeSource.uptime`; the last moments before it are kept for noting answers.
    ///   - ignoringPause: send although requests failed just now: somebody asked for it.
    package func post(until deadline: Duration, ignoringPause: Bool = false) async -> PostReport {
        let started = time.uptime()
        var round = PostRound(destination: destination, isForced: ignoringPause)
        do throws(FileError) {
            if let problem = destination.problem(now: spool.now()) {
                round.report.fail(
                    "setting",
                    "OCI would refuse every point (\(problem)): correct the metrics' namespace, resource group or "
                        + "compartment")
                try look(&round)
            } else if let right = try spool.tryPosting() {
                defer { right.release() }
                try await run(&round, until: deadline - Self.reserve)
            } else {
                round.report.stop = .busy
                try look(&round)
            }
        } catch {
            round.report.fail("spool", error.description)
        }
        round.report.duration = time.uptime() - started
        return round.report
    }

    /// Kept for noting answers.
    private static let reserve = Duration.milliseconds(100)
    /// However late it is, an answer is noted where nobody holds the lock.
    private static let leastPatience = Duration.milliseconds(50)

    /// Only says what waits.
    private func look(_ round: inout PostRound) throws(FileError) {
        let status = try spool.status()
        round.report.left = status.points
        round.report.oldestAge = status.oldest.map { .seconds(max(0, spool.now().timeIntervalSince($0))) }
    }

    private func run(_ round: inout PostRound, until deadline: Duration) async throws(FileError) {
        while true {
            round.timeLeft = deadline - time.uptime()
            let patience = min(max(round.timeLeft + Self.reserve, Self.leastPatience), MetricSpool.patience)
            let batch = try spool.change(within: patience) { (contents, now) throws(FileError) in
                round.step(&contents, now)
            }
            guard let batch else { return }
            round.settle(batch, await attempt(batch, until: deadline))
        }
    }

    /// The request, or what is known of it when its time is up.
    private func attempt(_ batch: MetricBatch, until deadline: Duration) async -> Result<PostResult, OCIError> {
        let metrics = batch.metrics
        return await withTaskGroup(of: Result<PostResult, OCIError>?.self) { group in
            group.addTask {
                do throws(OCIError) {
                    return .success(try await send(metrics, deadline))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // Being cancelled early is what ends the wait where an answer came.
                try? await time.sleep(deadline - time.uptime())
                return nil
            }
            var result = await group.next() ?? nil
            group.cancelAll()
            // An answer that came in the last moment counts.
            while result == nil, let other = await group.next() { result = other }
            return result ?? .failure(.deadline(operation: "PostMetricData"))
        }
    }
}
