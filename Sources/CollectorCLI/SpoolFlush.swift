// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import OCIMetrics
import Transport

/// Posts until nothing waits: tries again after failures that may pass, until the time is up.
struct SpoolFlush: Sendable {
    let telemetry: Telemetry
    /// Is told how far it is.
    let progress: @Sendable (String) -> Void

    private var time: TimeSource { telemetry.live.time }

    /// What all tries came to.
    func run(within limit: Duration) async -> PostReport {
        let deadline = time.uptime() + limit
        var total = PostReport()
        var wait = Duration.milliseconds(500)
        while true {
            progress("posting metrics\(total.left > 0 ? ", \(total.left) wait" : "")")
            let left = deadline - time.uptime()
            let report = await post(within: left)
            total = total.followed(by: report)
            progress("\(total.posted) posted, \(total.left) wait")
            guard total.left > 0, Self.mayPass(report), !telemetry.live.stop.isRequested else { return total }
            wait = max(min(wait * 2, .seconds(15)), report.retryAfter ?? .zero)
            guard time.uptime() + wait < deadline else { return total }
            await pause(wait)
        }
    }

    private func post(within limit: Duration) async -> PostReport {
        await telemetry.live.stop.whileRunning(grace: .milliseconds(500), sleep: { await pause($0) }) { [telemetry] in
            await telemetry.post(within: limit, isForced: true)
        }
    }

    /// Not where somebody has to correct something first, and not where what is left is of a later time.
    private static func mayPass(_ report: PostReport) -> Bool {
        if report.stop == .busy { return true }
        let lasting = ["setting", "spool", "credential", "auth_denied", "not_found", "clock_skew", "unusable", "tls"]
        return report.stop == .failed && !lasting.contains(report.errorType ?? "")
    }

    private func pause(_ duration: Duration) async {
        // Cancelled means: stop waiting.
        try? await time.sleep(duration)
    }
}

/// What a flush of both spools came to.
struct FlushReport: Sendable {
    let parts: [(source: DeclaredMetric.Source, report: PostReport)]

    var isDone: Bool { parts.allSatisfy { $0.report.left == 0 && $0.report.errorType == nil } }

    /// All of them; where one failed and another did not, as failed.
    var total: PostReport {
        let reports = parts.map(\.report)
        var total = reports.reduce(PostReport()) { $0.followed(by: $1) }
        // Side by side: the last of them does not stand for all.
        total.left = reports.reduce(0) { $0 + $1.left }
        total.oldestAge = reports.compactMap(\.oldestAge).max()
        total.duration = reports.map(\.duration).max() ?? .zero
        let worst = reports.first { $0.errorType != nil } ?? reports.first { $0.stop != nil }
        (total.stop, total.errorType, total.problem) = (worst?.stop, worst?.errorType, worst?.problem)
        return total
    }
}

extension PostReport {
    /// This and then that.
    fileprivate func followed(by other: PostReport) -> PostReport {
        var total = other
        total.posted += posted
        total.resent += resent
        total.dropped += dropped
        total.requests += requests
        total.duration += duration
        return total
    }
}
