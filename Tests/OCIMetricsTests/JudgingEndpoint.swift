// SPDX-License-Identifier: MIT

import Foundation
import OCI
import Synchronization

@testable import OCIMetrics

/// Judges as OCI Monitoring does, by a clock of its own; time passes until a request arrives.
final class JudgingEndpoint: Sendable {
    private let host: Clock
    private let ahead: @Sendable () -> Double
    private let delay: Double
    private let state = Mutex((requests: 0, taken: [Double](), broken: [MetricDataValidator.Rule]()))

    /// - Parameters:
    ///   - ahead: how far the host's clock is ahead, in seconds.
    ///   - delay: how long sign-in and the way take.
    init(_ host: Clock, ahead: @escaping @Sendable () -> Double, delay: Double = 2) {
        self.host = host
        self.ahead = ahead
        self.delay = delay
    }

    var requests: Int { state.withLock { $0.requests } }
    var taken: [Double] { state.withLock { $0.taken } }
    /// Rules that objects have broken.
    var broken: [MetricDataValidator.Rule] { state.withLock { $0.broken } }

    var post: MetricPoster.Post {
        { (metrics, _) async throws(OCIError) in
            self.host.advance(self.delay)
            self.state.withLock { $0.requests += 1 }
            let ahead = self.ahead()
            guard abs(ahead) <= 300 else { throw .answered(401, "NotAuthenticated", skew: ahead) }
            var refused: Set<Int> = []
            switch MetricDataValidator(now: self.host.now - ahead).verdict(on: MetricData.request(metrics)) {
            case .accepted: break
            case .requestRefused(let rule):
                self.state.withLock { $0.broken.append(rule) }
                throw .answered(400, "CannotParseRequest", skew: ahead)
            case .metricsRefused(let objects, _):
                refused = Set(objects.keys)
                self.state.withLock { $0.broken += objects.values }
            }
            guard refused.count < metrics.count else { throw .answered(400, "InvalidParameter", skew: ahead) }
            let fine = metrics.indices.filter { !refused.contains($0) }
            self.state.withLock { $0.taken += fine.flatMap { metrics[$0].datapoints.map(\.value) } }
            return PostResult(failures: refused.map { PostResult.Failure(message: "no", index: $0) })
        }
    }
}
