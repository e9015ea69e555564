// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import OCIMetrics
import Synchronization
import Transport

/// 2026-07-21 12:00:00 UTC, the instant of the vectors.
let noon = Date(timeIntervalSince1970: 1_784_635_200)

func point(
    _ name: String = "runs", value: Double = 1, at: Date = noon, dimensions: [String: String] = ["job": "test"]
) -> MetricPoint {
    MetricPoint(name: name, dimensions: dimensions, unit: "1", value: value, at: at)
}

extension MetricDestination {
    static let test = MetricDestination(
        compartment: "ocid1.compartment.oc1..aaaaaaaatest", namespace: "tests", resourceGroup: nil)
}

/// A wall clock that is moved by hand.
final class Clock: Sendable {
    private let instant: Mutex<Date>

    init(_ now: Date = noon) { instant = Mutex(now) }

    var now: Date { instant.withLock { $0 } }

    func advance(_ seconds: Double) { instant.withLock { $0 += seconds } }
}

extension TimeSource {
    /// Time for deadlines: none passes, until `isUp` says that all has.
    static func standing(now: @escaping @Sendable () -> Date, isUp: @escaping @Sendable () -> Bool = { false })
        -> TimeSource
    {
        TimeSource(now: now, uptime: { isUp() ? .seconds(60) : .zero }) { (_) async throws(CancellationError) in
            while !isUp() {
                do { try await Task.sleep(for: .milliseconds(2)) } catch { throw CancellationError() }
            }
        }
    }
}

extension OCIError {
    static func answered(_ status: Int, _ code: String = "Code", skew: Double? = 0, retryAfter: Duration? = nil)
        -> OCIError
    {
        .service(
            ServiceFailure(
                operation: "PostMetricData", status: status, code: code, message: "no", requestID: nil,
                clockSkew: skew, attempts: 1, retryAfter: retryAfter))
    }

    static let refusedConnection = OCIError.transport(
        .connect(host: "h", detail: "refused"), operation: "PostMetricData", attempts: 1)
    static let reset = OCIError.transport(
        .interrupted(host: "h", receivedBytes: 0, detail: "reset"), operation: "PostMetricData", attempts: 1)
    static let timeout = OCIError.transport(
        .timeout(phase: .answer, host: "h", after: .seconds(2)), operation: "PostMetricData", attempts: 1)
}

/// An endpoint that answers from a list, then with success; remembers what it was sent.
final class ScriptedEndpoint: Sendable {
    private struct State: Sendable {
        var script: [Result<PostResult, OCIError>]
        var requests: [[MetricData]] = []
    }

    private let state: Mutex<State>

    init(_ script: [Result<PostResult, OCIError>] = []) { state = Mutex(State(script: script)) }

    var requests: [[MetricData]] { state.withLock { $0.requests } }
    /// Values of all points that came, in order.
    var values: [Double] { requests.joined().flatMap { $0.datapoints.map(\.value) } }

    var post: MetricPoster.Post {
        { (metrics, _) async throws(OCIError) in
            let next = self.state.withLock { state -> Result<PostResult, OCIError> in
                state.requests.append(metrics)
                return state.script.isEmpty ? .success(PostResult()) : state.script.removeFirst()
            }
            return try next.get()
        }
    }
}
