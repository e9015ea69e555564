// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI

/// Which points OCI Monitoring would take, as `MetricDataValidator` judges.
enum PointRules {
    enum Verdict: Sendable, Hashable {
        case fit
        case refused(DropReason)
    }

    /// Whether a point may go into the spool. Its instant does not matter: the clock that judges it may be wrong.
    static func verdict(on point: MetricPoint, now: Date) -> Verdict {
        guard point.value.isFinite, point.at.timeIntervalSince1970.isFinite else { return .refused(.encode) }
        // Names and values are judged here, time and the names of the destination elsewhere.
        var present = point
        present.at = now
        let identity = MetricIdentity(
            namespace: "n", name: point.name, resourceGroup: nil, compartment: "c", dimensions: point.dimensions)
        let data = MetricData(identity: identity, metadata: metadata(point), datapoints: [datapoint(present)])
        return MetricDataValidator(now: now).broken(by: data) == nil ? .fit : .refused(.encode)
    }

    /// OCI takes points strictly less than two hours old, and refuses the whole object that holds an older one.
    private static let lifetime = 7_200.0
    /// How far a clock may be off whose signature OCI takes, in seconds.
    private static let tolerance = 300.0

    /// May be too old for OCI when a request arrives that leaves within `wait`: nothing younger shall go with it.
    static func isEdge(_ at: Date, now: Date, wait: Duration) -> Bool {
        let wait = min(max(0, Double(wait.components.seconds) + 1), 3_600)
        return now.timeIntervalSince(at) >= lifetime - tolerance - wait
    }

    /// Too old for OCI, where its clock and this one are known to agree as well as signatures need.
    static func isLate(_ at: Date, now: Date) -> Bool { now.timeIntervalSince(at) >= lifetime + tolerance }

    /// OCI takes points strictly less than ten minutes ahead; the clock may have been set back since, and be slow.
    static func isEarly(_ at: Date, now: Date) -> Bool { at.timeIntervalSince(now) >= 600 - tolerance }

    /// More than a day ahead, on such a clock: nobody waits for that.
    static func isAbsurd(_ at: Date, now: Date) -> Bool { at.timeIntervalSince(now) > 86_400 + tolerance }

    static func metadata(_ point: MetricPoint) -> [String: String] {
        guard let unit = point.unit, !unit.isEmpty else { return [:] }
        return ["unit": unit]
    }

    static func datapoint(_ point: MetricPoint) -> MetricData.Datapoint {
        MetricData.Datapoint(timestamp: point.at, value: point.value, count: point.count)
    }
}
