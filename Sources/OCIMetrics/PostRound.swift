// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI

/// The decisions of one post, as a value: what to note in the spool, and what to send next.
struct PostRound: Sendable {
    var report = PostReport()
    /// Until the last request has to be over.
    var timeLeft = Duration.seconds(2)
    /// Less time than this is not worth a request.
    static let leastTime = Duration.milliseconds(100)

    private let destination: MetricDestination
    private let isForced: Bool
    /// `timeLeft` when the last request was made.
    private var wait = Duration.zero
    /// The last request and its end, to be noted with the next step.
    private var settled: (batch: MetricBatch, end: PostEnd)?
    private var hasFailed = false
    private var hasTaken = false
    /// Halves a request that the service does not want, instead of pausing.
    private var isHalving = false
    /// An instant at which this clock was right, as far as the service knows.
    private var proof: Date?
    /// Were in an object that was refused whole: each goes in one of its own now.
    private var apart: Set<Int> = []
    /// Requests of nothing but this point were refused: it is tried again when others were taken.
    private var doubtful: Set<Int> = []

    init(destination: MetricDestination, isForced: Bool) {
        self.destination = destination
        self.isForced = isForced
    }

    /// Takes in how a request ended.
    mutating func settle(_ batch: MetricBatch, _ result: Result<PostResult, OCIError>) {
        settled = (batch, PostEnd(result))
        report.requests += 1
        report.resent += batch.resent
    }

    /// Notes the end of the last request, drops what is too old, and marks the next batch as sent; nil: enough.
    mutating func step(_ contents: inout SpoolContents, _ now: Date) -> MetricBatch? {
        let before = contents.dropped
        if let settled {
            // The clock may have been set between: the earlier of both drops less.
            if settled.end.provesClock { proof = min(settled.batch.date, now) }
            note(settled.batch, settled.end, in: &contents, now)
        }
        settled = nil
        if let proof { Self.dropLate(&contents, at: proof) }
        let batch = next(&contents, now)
        report.dropped += contents.dropped - before
        report.left = contents.entries.count
        report.oldestAge = contents.entries.lazy.map(\.at).min().map { .seconds(max(0, now.timeIntervalSince($0))) }
        return batch
    }

    /// Drops what has become too old, and what a clock that ran far ahead has left.
    private static func dropLate(_ contents: inout SpoolContents, at proof: Date) {
        var event = SpoolEvent()
        let late = contents.entries.filter { PointRules.isLate($0.at, now: proof) }
        let absurd = contents.entries.filter { PointRules.isAbsurd($0.at, now: proof) }
        event.gone = SpoolEvent.ranges((late + absurd).map(\.serial))
        event.dropped = DropCounts([.late: late.count, .encode: absurd.count])
        contents.note(event)
    }
}

// What to send.
extension PostRound {
    private mutating func next(_ contents: inout SpoolContents, _ now: Date) -> MetricBatch? {
        guard !hasFailed else { return nil }
        wait = timeLeft
        while true {
            let ready = contents.entries.filter { !PointRules.isEarly($0.at, now: now) }
                .sorted { $0.milliseconds < $1.milliseconds }
            guard !ready.isEmpty else { return nil }
            if let stop = reasonToStop(contents, now) {
                report.stop = stop
                return nil
            }
            guard let batch = batch(of: ready, limit: contents.breaker.limit, now) else { return nil }
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
        guard timeLeft > Self.leastTime else { return .deadline }
        return contents.breaker.opens(now: now) != nil && !isForced && !isHalving ? .paused : nil
    }

    /// Young points go first, since an answer to them says whether the clock is right; then those that OCI may not take
    /// much longer, each in an object of its own: it refuses a whole object for one old point.
    ///
    /// nil: what is left was refused, and nothing else was taken.
    private func batch(of ready: [SpoolEntry], limit: Int, _ now: Date) -> MetricBatch? {
        let limit = limit > 0 ? min(limit, MetricBatch.pointLimit) : MetricBatch.pointLimit
        let clear = ready.filter { !doubtful.contains($0.serial) }
        let alone = clear.filter { apart.contains($0.serial) || isEdge($0.at, now: now) }
        if alone.isEmpty || proof == nil {
            let young = clear.filter { !apart.contains($0.serial) && !isEdge($0.at, now: now) }
            if !young.isEmpty { return MetricBatch(young, to: destination, now: now, limit: limit) }
        }
        if !alone.isEmpty { return MetricBatch(alone, to: destination, now: now, limit: limit, isShared: false) }
        return hasTaken ? MetricBatch(ready, to: destination, now: now, limit: 1) : nil
    }

    private func isEdge(_ at: Date, now: Date) -> Bool { PointRules.isEdge(at, now: now, wait: wait) }
}

extension OCIError {
    fileprivate var retryAfter: Duration? {
        if case .service(let failure) = self { failure.retryAfter } else { nil }
    }
}

// What an answer means.
extension PostRound {
    private mutating func note(_ batch: MetricBatch, _ end: PostEnd, in contents: inout SpoolContents, _ now: Date) {
        var event = SpoolEvent()
        switch end {
        case .taken(let result, let error):
            let refused = Set(result.failures.compactMap(\.index)).filter(batch.serials.indices.contains)
            event = judge(batch, refused: refused, strangers: max(0, result.failedCount - refused.count))
            if let error { tell(error) }
        case .refused(let error):
            event = judge(batch, refused: Set(batch.serials.indices), strangers: 0)
            tell(error)
        case .unclear(let failure):
            event = halve(batch, failure, contents.breaker, now)
        case .kept(let error, let isUndelivered):
            if isUndelivered { event.unsent = SpoolEvent.ranges(batch.fresh) }
            event.breaker = contents.breaker.failed(now: now, asked: error.retryAfter)
            fail(error)
        }
        if event.breaker == nil, contents.breaker != Breaker() {
            event.breaker = contents.breaker.closed(full: MetricBatch.pointLimit)
        }
        contents.note(event)
    }

    private mutating func fail(_ error: OCIError) {
        hasFailed = true
        report.retryAfter = error.retryAfter
        report.fail(error.reason, "\(error)")
    }

    private mutating func tell(_ error: OCIError) {
        (report.errorType, report.problem) = (error.reason, "\(error)")
    }

    /// Points in objects that were refused: one alone is lost; several are sent again one by one, since one may have
    /// been enough. `strangers` were refused too, and match nothing that was sent: a point is counted for each.
    private mutating func judge(_ batch: MetricBatch, refused: Set<Int>, strangers: Int) -> SpoolEvent {
        var event = SpoolEvent()
        var gone: [Int] = []
        for (index, serials) in batch.serials.enumerated() {
            guard refused.contains(index) else {
                gone += serials
                continue
            }
            guard serials.count == 1 else {
                apart.formUnion(serials)
                continue
            }
            gone += serials
            let isEdge = batch.metrics[index].datapoints.allSatisfy { self.isEdge($0.timestamp, now: batch.date) }
            event.dropped[isEdge ? .late : .rejected] += 1
        }
        let taken = gone.count - event.dropped.total
        event.dropped[.rejected] += min(strangers, taken)
        event.gone = SpoolEvent.ranges(gone)
        event.unsent = SpoolEvent.ranges(batch.fresh.filter(apart.contains))
        report.posted += max(0, taken - strangers)
        if taken > 0 { (hasTaken, report.stop) = (true, nil) }
        return event
    }

    /// Of a request that is refused without saying what for, half is tried, where it was not the first: what is wrong
    /// may lie in one point, and shall not hold the others.
    private mutating func halve(
        _ batch: MetricBatch, _ failure: ServiceFailure, _ breaker: Breaker, _ now: Date
    ) -> SpoolEvent {
        var event = SpoolEvent()
        let isFirst = breaker == Breaker() && failure.status != 413 && !isHalving
        if !isFirst, batch.points == 1, hasTaken {
            tell(.service(failure))
            event.gone = SpoolEvent.ranges(batch.serials.joined())
            event.dropped[.rejected] = 1
            return event
        }
        event.unsent = SpoolEvent.ranges(batch.fresh)
        event.breaker = breaker.failed(now: now, limit: isFirst ? nil : max(1, batch.points / 2))
        fail(.service(failure))
        guard !isFirst else { return event }
        if batch.points == 1 { doubtful.formUnion(batch.serials.joined()) }
        // Three points alone, and nothing taken: it is not for the points.
        (isHalving, hasFailed) = (true, doubtful.count >= 3)
        return event
    }
}
