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
    /// Whose points: each program has a spool and a textfile of its own.
    let source: DeclaredMetric.Source
    /// Of the checker's textfile: what is posted less often than a check has a file of its own, in which it stays.
    var textfileMark = "freshness"
    private let transport: @Sendable () -> HTTPTransport
    private let backends: [Configuration.MetricsBackend]

    /// How long posting may take after the work.
    static let patience = Duration.seconds(2)

    /// nil where metrics go nowhere.
    init?(
        _ live: Live, _ transport: @autoclosure @escaping @Sendable () -> HTTPTransport,
        of source: DeclaredMetric.Source = .collector
    ) {
        self.source = source
        backends = live.configuration.metrics.backends
        guard backends != [.none] else { return nil }
        var live = live
        // A clock that runs faster shall not shorten the wait for an answer.
        (live.time.uptime, live.time.sleep) = (TimeSource.live.uptime, TimeSource.live.sleep)
        self.live = live
        self.transport = transport
    }

    /// Posts what waits, this run's points among it, until the time is up or somebody tells the program to stop.
    ///
    /// - Parameter isForced: try even if posts failed just now.
    func post(isForced: Bool = false) async {
        guard backends.contains(.oci) else { return }
        await live.stop.whileRunning(grace: .milliseconds(500), sleep: pause) { [self] in
            _ = await post(within: Self.patience, isForced: isForced)
        }
    }

    /// Puts what a record tells where that outlives this process; asks nobody.
    func keep(_ record: RunRecord) {
        var surroundings = surroundings(of: record, telemetry: nil)
        guard backends.contains(.oci), record.outcome != .killed else {
            // Of a killed run its verdict alone is told: what became of points is for the next run to tell.
            let points = points(RunMetrics.samples(of: record, in: surroundings), at: record.endedAt)
            write(points)
            guard backends.contains(.oci) else { return }
            return keep(points, { () throws(FileError) in dropped(try spool.append(points)) })
        }
        var made: [MetricPoint] = []
        let make = { (news: SpoolNews, tally: PostTally) in
            surroundings.telemetry = self.telemetry(news, tally)
            made = points(RunMetrics.samples(of: record, in: surroundings), at: record.endedAt)
            return made
        }
        do throws(FileError) {
            try PostTally.tell(tallyPath) { (tally) throws(FileError) in
                let before = tally
                var told = 0
                let lost = try spool.append { news in
                    told = news.dropped.total
                    return make(news, before)
                }
                tally.totals.pointsDropped += told
                dropped(lost)
            }
        } catch {
            unkept(made.isEmpty ? make(SpoolNews(), PostTally()) : made, error)
        }
        write(made)
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
        let end = live.time.uptime() + limit
        var report = await poster(of: spool).post(until: end, ignoringPause: isForced)
        explain(&report)
        let tally = PostTally(posted: report.posted, seconds: report.duration.seconds)
        do throws(FileError) {
            if report.requests > 0, source == .collector { try PostTally.note(tally, tallyPath) }
        } catch {
            live.log.logger.warning(
                "what was posted cannot be noted",
                metadata: ["error": "\(error)", "metric.posted": "\(report.posted)"])
        }
        tell(report)
        await postUnkept(until: end)
        return report
    }

    /// Points that wait for OCI.
    var spool: MetricSpool {
        MetricSpool(directory: source == .collector ? live.spool : live.state.checkerSpool, now: live.time.now)
    }

    /// The checker's lies beside the collector's, where node_exporter reads it, too.
    private var textfile: String {
        guard source == .checker else { return live.textfile }
        let stem = live.textfile.hasSuffix(".prom") ? String(live.textfile.dropLast(5)) : live.textfile
        return stem + "-\(textfileMark).prom"
    }

    private var tallyPath: String { live.tally }

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

    /// Brings the gauges of a check to where they go, together with word of points that were lost.
    func tell(_ gauges: [MetricPoint]) async {
        write(gauges)
        guard backends.contains(.oci) else { return }
        let end = live.time.uptime() + Self.patience
        keep(gauges) { () throws(FileError) in
            dropped(try spool.append { gauges + points(losses: $0.dropped) })
        }
        _ = await post(within: end - live.time.uptime())
    }

    /// Only where there is something to tell: the collector posts the zeros.
    private func points(losses: DropCounts) -> [MetricPoint] {
        let reasons = PointLoss.allCases.compactMap { loss in
            DropReason(rawValue: loss.rawValue).map { (loss, losses[$0]) }
        }
        let samples = reasons.filter { $0.1 > 0 }.map {
            MetricSample("telemetry_points_dropped", ["reason": $0.0.rawValue], Double($0.1))
        }
        return points(samples, at: live.time.now())
    }

    /// Puts points into the spool, by `append`.
    private func keep(_ points: [MetricPoint], _ append: () throws(FileError) -> Void) {
        do throws(FileError) {
            try append()
        } catch {
            unkept(points, error)
        }
    }

    /// What cannot be kept is sent at once: a full disk shall not hide the run that failed of it.
    private func unkept(_ points: [MetricPoint], _ error: FileError) {
        live.log.logger.warning(
            "metrics cannot wait on disk; they are posted now or never",
            metadata: ["event": "telemetry.post.failed", "error.type": "spool", "error": "\(error)"])
        live.unkept.add(points)
    }

    /// Posts what could not be kept, out of a place that goes with this process.
    private func postUnkept(until end: Duration) async {
        let points = live.unkept.take()
        guard !points.isEmpty else { return }
        let folder = live.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let directory = FileSystem.join(folder, "\(Product.name)-\(live.run)")
        let shelf = MetricSpool(directory: directory, now: live.time.now)
        // What stays of it, whoever cleans up that folder finds.
        defer { try? FileSystem.removeFlatDirectory(directory) }
        var left = points.count
        do throws(FileError) {
            try shelf.append(points)
            var report = await poster(of: shelf).post(until: end, ignoringPause: true)
            explain(&report)
            tell(report)
            left = report.left
            noteUnkept(report)
        } catch {
            failed("spool", "\(error)")
        }
        guard left > 0 else { return }
        live.log.logger.warning(
            "metrics are lost; the ledger has the facts",
            metadata: ["event": "telemetry.point.dropped", "reason": "spool", "metric.dropped": "\(left)"])
    }

    /// Points that were not in the spool count, too, where there is room for a few bytes.
    private func noteUnkept(_ report: PostReport) {
        guard source == .collector else { return }
        let lost = report.left + report.dropped.total
        do throws(FileError) {
            try PostTally.note(
                PostTally(posted: report.posted, seconds: report.duration.seconds), lost: lost, live.tally)
        } catch {
            live.log.logger.warning(
                "what was posted cannot be noted",
                metadata: ["error": "\(error)", "metric.posted": "\(report.posted)", "metric.dropped": "\(lost)"])
        }
    }

    private func poster(of spool: MetricSpool) -> MetricPoster {
        let metrics = live.configuration.metrics
        let destination = MetricDestination(
            compartment: live.configuration.oci.compartment ?? "", namespace: metrics.namespace,
            resourceGroup: metrics.resourceGroup)
        return MetricPoster(spool: spool, destination: destination, time: live.time) {
            [live, transport] metrics, deadline throws(MetricPoster.Failure) in
            var live = live
            live.deadline = deadline
            let monitoring = try await CloudArchive(live, transport()).monitoring(live.run)
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
