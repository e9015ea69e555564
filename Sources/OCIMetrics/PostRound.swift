// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import Transport

/// The decisions of one post, as a value: what to note in the spool, and what to send next.
struct PostRound: Sendable {
    var report = PostReport()
    /// Whether another request may begin.
    var isTimeLeft = true
    private let destination: MetricDestination
    private let isForced: Bool
    /// The last request and its end, to be noted with the next step.
    private var settled: (batch: MetricBatch, end: PostEnd)?
    private var hasFailed = false

    init(destination: MetricDestination, isForced: Bool) {
        self.destination = destination
        self.isForced = isForced
    }

    /// Takes in how a request ended.
    mutating func settle(_ batch: MetricBatch, _ result: Result<PostResult, OCIError>) {
        let end = PostEnd(result)
        settled = (batch, end)
        report.requests += 1
        report.resent += batch.resent
        if case .kept = end, case .failure(let error) = result {
            hasFailed = true
            report.fail(error.reason, "\(error)")
        }
        if case .refused(let error) = end {
            report.errorType = error.reason
            report.problem = "\(error)"
        }
    }

    /// Notes the end of the last request, drops what is too old, and marks the next batch as sent; nil: enough.
    mutating func step(_ contents: inout SpoolContents, _ now: Date) -> MetricBatch? {
        let before = contents.dropped
        if let settled { note(settled.batch, settled.end, in: &contents, now) }
        settled = nil
        MetricSpool.dropUnsendable(&contents, now)
        let batch = next(&contents, now)
        report.dropped += contents.dropped - before
        report.left = contents.entries.count
        report.oldestAge = contents.entries.lazy.map(\.at).min().map { .seconds(max(0, now.timeIntervalSince($0))) }
        return batch
    }

    private mutating func next(_ contents: inout SpoolContents, _ now: Date) -> MetricBatch? {
        guard !hasFailed else { return nil }
        while true {
            let ready = contents.entries.filter { !PointRules.isEarly($0.at, now: now) }
                .sorted { $0.milliseconds < $1.milliseconds }
            guard !ready.isEmpty else { return nil }
            if let stop = reasonToStop(contents, now) {
                report.stop = stop
                return nil
            }
            let batch = MetricBatch(ready, to: destination, now: now)
            var event = SpoolEvent()
            event.gone = SpoolEvent.ranges(batch.refused)
            event.dropped[.encode] = batch.refused.count
            event.sending = SpoolEvent.ranges(batch.fresh)
            contents.note(event)
            for entry in batch.unreadable { contents.discard(entry) }
            if batch.points > 0 { return batch }
        }
    }

    private func reasonToStop(_ contents: SpoolContents, _ now: Date) -> PostReport.Stop? {
        guard isTimeLeft else { return .deadline }
        return contents.breaker.opens(now: now) != nil && !isForced ? .paused : nil
    }

    private mutating func note(_ batch: MetricBatch, _ end: PostEnd, in contents: inout SpoolContents, _ now: Date) {
        var event = SpoolEvent()
        switch end {
        case .taken(let result):
            let rejected = Self.rejected(batch, result)
            event.gone = SpoolEvent.ranges(batch.serials.joined())
            event.dropped[.rejected] = rejected
            report.posted += batch.points - rejected
        case .refused:
            event.gone = SpoolEvent.ranges(batch.serials.joined())
            event.dropped[.rejected] = batch.points
        case .kept(let isUndelivered):
            if isUndelivered { event.unsent = SpoolEvent.ranges(batch.fresh) }
            event.breaker = contents.breaker.failed(now: now)
        }
        if case .kept = end {} else if contents.breaker.failures > 0 { event.breaker = Breaker() }
        contents.note(event)
    }

    /// Points of the objects that were refused inside a success. Of one that matches none of ours, a point is counted.
    private static func rejected(_ batch: MetricBatch, _ result: PostResult) -> Int {
        let objects = Set(result.failures.compactMap(\.index)).filter(batch.serials.indices.contains)
        let known = objects.lazy.map { batch.serials[$0].count }.reduce(0, +)
        return min(known + max(0, result.failedCount - objects.count), batch.points)
    }
}

/// What the end of a request means for its points.
enum PostEnd: Sendable {
    /// OCI Monitoring has them, but for the objects named in the result.
    case taken(PostResult)
    /// All are refused for good.
    case refused(OCIError)
    /// They stay. `isUndelivered`: surely none arrived; else some or all may have.
    case kept(isUndelivered: Bool)

    init(_ result: Result<PostResult, OCIError>) {
        switch result {
        case .success(let result): self = .taken(result)
        case .failure(.service(let failure)) where Self.isFinal(failure): self = .refused(.service(failure))
        case .failure(let error): self = .kept(isUndelivered: Self.isUndelivered(error))
        }
    }

    /// "No valid metrics. All metrics failed input validation": sending them again unchanged is of no use (contract
    /// §7.2). With a wrong clock it is their instants that are wrong, or the request's: that can be mended.
    private static func isFinal(_ failure: ServiceFailure) -> Bool {
        failure.status == 400 && failure.code == "InvalidParameter" && abs(failure.clockSkew ?? 0) <= 240
    }

    private static func isUndelivered(_ error: OCIError) -> Bool {
        switch error {
        case .transport(.dns, _, _), .transport(.connect, _, _), .transport(.tls, _, _),
            .transport(.unusable, _, _), .transport(.timeout(phase: .connect, _, _), _, _):
            true
        case .transport, .unreadableBody: false
        // An answer below 500 says that nothing was taken; 503 and 429 are given before anything is done.
        case .service(let failure): failure.status < 500 || failure.status == 503
        case .credential, .deadline, .unusable: true
        }
    }
}
