// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Logging
import OCI
import OCIMetrics
import Transport

/// Takes metrics to where `metrics.backend` says; made only where it names a place, and only after the work.
///
/// Nothing here throws: trouble with telemetry is logged, and never changes how a program ends.
struct Telemetry: Sendable {
    let live: Live
    private let transport: HTTPTransport
    private let backends: [Configuration.MetricsBackend]

    /// How long posting may take after the work.
    static let patience = Duration.seconds(2)

    /// nil where metrics go nowhere.
    init?(_ live: Live, _ transport: HTTPTransport) {
        backends = live.configuration.metrics.backends
        guard backends != [.none] else { return nil }
        var live = live
        // A clock that runs faster shall not shorten the wait for an answer.
        (live.time.uptime, live.time.sleep) = (TimeSource.live.uptime, TimeSource.live.sleep)
        self.live = live
        self.transport = transport
    }

    /// Tells how a run went, and of one that was found dead on the way.
    func tell(_ record: RunRecord) async {
        let end = live.time.uptime() + Self.patience
        var surroundings = surroundings(of: record, telemetry: nil)
        guard backends.contains(.oci) else {
            return write(points(RunMetrics.samples(of: record, in: surroundings), at: record.endedAt))
        }
        let dead = live.watch.buriedRecord.map { points(RunMetrics.samples(of: $0), at: $0.endedAt) } ?? []
        var made: [MetricPoint] = []
        let isKept = keep { news, tally in
            surroundings.telemetry = telemetry(news, tally)
            made = points(RunMetrics.samples(of: record, in: surroundings), at: record.endedAt)
            return dead + made
        }
        if made.isEmpty {
            surroundings.telemetry = RunSurroundings.Telemetry()
            made = points(RunMetrics.samples(of: record, in: surroundings), at: record.endedAt)
        }
        write(made)
        guard isKept else { return }
        await live.stop.whileRunning(grace: .milliseconds(500), sleep: pause) { [self] in
            _ = await post(within: end - live.time.uptime())
        }
    }

    /// Samples as points, with the dimensions of every stream.
    func points(_ samples: [MetricSample], at date: Date) -> [MetricPoint] {
        let common = ["job": live.configuration.job, "env": live.configuration.environment]
        let factory = OCIMetricsFactory(dimensions: common) { MetricCatalog.named($0)?.unit }
        RunMetrics.record(samples, into: factory)
        return factory.takePoints(at: date)
    }

    /// Puts points into the textfile, where that is a backend.
    func write(_ points: [MetricPoint]) {
        guard backends.contains(.textfile) else { return }
        do throws(FileError) {
            try MetricTextfile.write(points, to: textfile)
        } catch {
            failed("textfile", "\(error)")
        }
    }

    /// Posts what waits in the spool, and tells what went wrong.
    ///
    /// - Parameter isForced: even if posts failed just now.
    func post(within limit: Duration, isForced: Bool = false) async -> PostReport {
        var report = await poster.post(until: live.time.uptime() + limit, ignoringPause: isForced)
        explain(&report)
        let tally = PostTally(posted: report.posted, seconds: report.duration.seconds)
        do throws(FileError) {
            if report.requests > 0 { try PostTally.note(tally, tallyPath) }
        } catch {
            live.log.logger.warning(
                "what was posted cannot be noted",
                metadata: ["error": "\(error)", "metric.posted": "\(report.posted)"])
        }
        tell(report)
        return report
    }

    /// Points that wait for OCI.
    var spool: MetricSpool { MetricSpool(directory: live.state.spool, now: live.time.now) }

    private var textfile: String { live.configuration.metrics.textfilePath ?? live.state.textfile }
    private var tallyPath: String { FileSystem.join(live.state.spool, "posted.json") }

    /// What is told of posting by the points to come.
    private func telemetry(_ news: SpoolNews, _ tally: PostTally) -> RunSurroundings.Telemetry {
        var telemetry = RunSurroundings.Telemetry()
        telemetry.oldestAgeSeconds = news.oldest.map { max(0, live.time.now().timeIntervalSince($0)) } ?? 0
        (telemetry.posted, telemetry.postSeconds) = (tally.posted, tally.seconds)
        for reason in PointLoss.allCases {
            telemetry.dropped[reason] = DropReason(rawValue: reason.rawValue).map { news.dropped[$0] }
        }
        return telemetry
    }

    /// Puts points into the spool; false where that cannot be.
    ///
    /// - Parameter make: makes them, of what they have to tell of the spool and of the posts before.
    private func keep(_ make: (SpoolNews, PostTally) -> [MetricPoint]) -> Bool {
        do throws(FileError) {
            try PostTally.tell(tallyPath) { (tally) throws(FileError) in
                dropped(try spool.append { make($0, tally) })
            }
            return true
        } catch {
            failed("spool", "the points of this run are lost: \(error)")
            return false
        }
    }

    private var poster: MetricPoster {
        let metrics = live.configuration.metrics
        let destination = MetricDestination(
            compartment: live.configuration.oci.compartment ?? "", namespace: metrics.namespace,
            resourceGroup: metrics.resourceGroup)
        return MetricPoster(spool: spool, destination: destination, time: live.time) {
            [live, transport] metrics, deadline throws(MetricPoster.Failure) in
            var live = live
            live.deadline = deadline
            let monitoring = try await CloudArchive(live, transport).monitoring(live.run)
            return try await MetricPoster.through(monitoring)(metrics, deadline)
        }
    }

    /// Sleeps on the machine's clock; ends early when the task is cancelled.
    private var pause: @Sendable (Duration) async -> Void {
        { [live] duration in
            // Cancelled means: stop waiting.
            try? await live.time.sleep(duration)
        }
    }
}

extension Telemetry {
    /// A request that was broken off says so; what it was broken off for says more.
    private func explain(_ report: inout PostReport) {
        guard report.errorType == "cancelled" else { return }
        let isStopped = live.stop.isRequested
        report.errorType = isStopped ? "terminated" : "timeout"
        report.problem =
            isStopped
            ? "told to stop while OCI Monitoring had not answered: the points wait for the next run"
            : "OCI Monitoring did not answer in time: the points wait for the next run; look whether this host reaches "
                + "its ingestion endpoint"
    }

    private func tell(_ report: PostReport) {
        dropped(report.dropped)
        if report.posted > 0 {
            live.log.logger.debug("metrics posted", metadata: ["metric.posted": "\(report.posted)"])
        }
        guard let type = report.errorType ?? (report.stop == .deadline ? "deadline" : nil) else {
            if report.stop == .paused {
                live.log.logger.info(
                    "metrics wait: posting failed before, and pauses", metadata: ["metric.waiting": "\(report.left)"])
            }
            return
        }
        failed(
            type, report.problem ?? "time was up before everything was posted", waiting: report.left,
            age: report.oldestAge)
    }

    private func failed(_ type: String, _ problem: String, waiting: Int? = nil, age: Duration? = nil) {
        var metadata: Logger.Metadata = [
            "event": "telemetry.post.failed", "error.type": "\(type)", "error": "\(problem)",
        ]
        if let waiting { metadata["metric.waiting"] = "\(waiting)" }
        if let age { metadata["spool.age_us"] = "\(age.components.seconds * 1_000_000)" }
        live.log.logger.warning(
            "metrics could not be posted; `polisen-collector metrics spool` shows what waits", metadata: metadata)
    }

    private func dropped(_ counts: DropCounts) {
        for reason in DropReason.allCases where counts[reason] > 0 {
            live.log.logger.warning(
                "metrics are lost; the ledger has the facts",
                metadata: [
                    "event": "telemetry.point.dropped", "reason": "\(reason.rawValue)",
                    "metric.dropped": "\(counts[reason])",
                ])
        }
    }
}
