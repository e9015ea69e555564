// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import OCIMetrics
import Transport

/// Posts until nothing waits: tries again after failures that may pass, until the time is up.
struct SpoolFlush: Sendable {
    let telemetry: Telemetry
    /// How far it is, on a terminal.
    let isShown: Bool

    private var time: TimeSource { telemetry.live.time }

    /// What all tries came to.
    func run(within limit: Duration) async -> PostReport {
        let line = ProgressLine(isShown: isShown)
        defer { line.end() }
        let deadline = time.uptime() + limit
        var total = PostReport()
        var wait = Duration.milliseconds(500)
        while true {
            line.tell("posting metrics\(total.left > 0 ? ", \(total.left) wait" : "")")
            let left = deadline - time.uptime()
            let report = await post(within: left)
            total = total.followed(by: report)
            line.tell("\(total.posted) posted, \(total.left) wait")
            guard total.left > 0, Self.mayPass(report), !telemetry.live.stop.isRequested else { return total }
            wait = min(wait * 2, .seconds(15))
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
