// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI

/// Which points OCI Monitoring would take, as `MetricDataValidator` judges.
enum PointRules {
    enum Verdict: Sendable, Hashable {
        case fit
        case refused(DropReason)
    }

    /// Whether a point may go into the spool. One from the future may: it waits until its time has come.
    static func verdict(on point: MetricPoint, now: Date) -> Verdict {
        guard point.value.isFinite, point.at.timeIntervalSince1970.isFinite else { return .refused(.encode) }
        guard !isLate(point.at, now: now) else { return .refused(.late) }
        guard !isAbsurd(point.at, now: now) else { return .refused(.encode) }
        // Names and values are judged here, time and the names of the destination elsewhere.
        var present = point
        present.at = now
        let identity = MetricIdentity(
            namespace: "n", name: point.name, resourceGroup: nil, compartment: "c", dimensions: point.dimensions)
        let data = MetricData(identity: identity, metadata: metadata(point), datapoints: [datapoint(present)])
        return MetricDataValidator(now: now).broken(by: data) == nil ? .fit : .refused(.encode)
    }

    /// OCI takes points strictly less than two hours old.
    static func isLate(_ at: Date, now: Date) -> Bool { now.timeIntervalSince(at) >= 7_200 }

    /// OCI takes points strictly less than ten minutes ahead; the clock may have been set back since.
    static func isEarly(_ at: Date, now: Date) -> Bool { at.timeIntervalSince(now) >= 600 }

    /// A day ahead: nobody waits for that.
    static func isAbsurd(_ at: Date, now: Date) -> Bool { at.timeIntervalSince(now) > 86_400 }

    static func metadata(_ point: MetricPoint) -> [String: String] {
        guard let unit = point.unit, !unit.isEmpty else { return [:] }
        return ["unit": unit]
    }

    static func datapoint(_ point: MetricPoint) -> MetricData.Datapoint {
        MetricData.Datapoint(timestamp: point.at, value: point.value, count: point.count)
    }
}
