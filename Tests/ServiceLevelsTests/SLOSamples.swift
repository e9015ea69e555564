// SPDX-License-Identifier: MIT

import FoundationEssentials
import ServiceLevels
import TestSupport

/// Objectives as files: the shipped ones, good ones, and what people write by mistake.
enum SLOSamples {
    private static let folder = packageRoot + "/slos"

    /// The bytes of all shipped files, by name.
    static func files() throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        return names.sorted().compactMap { FileManager.default.contents(atPath: folder + "/" + $0).map { Array($0) } }
    }

    static func shipped() throws -> [SLO] {
        try files().flatMap { try SLOFile.read($0, path: "slos/x.yaml") }
    }

    /// A shipped objective with another target or other conditions.
    static func shipped(_ name: String, _ change: (inout SLO) -> Void = { _ in }) throws -> SLO? {
        guard var slo = try shipped().first(where: { $0.name == name }) else { return nil }
        change(&slo)
        return slo
    }

    static let runs = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: runs
          annotations: {polisen-collector/careful-below: "25 %", polisen-collector/stop-below: "0 %", other/x: y}
        spec:
          service: polisen-collector
          indicator:
            metadata: {name: good-runs}
            spec:
              ratioMetric:
                counter: true
                good:
                  metricSource:
                    type: polisen-ledger
                    spec:
                      measure: successful-runs
                total:
                  metricSource:
                    type: polisen-ledger
                    # All of them.
                    spec:
                      measure: ended-runs
          timeWindow:
            - duration: 28d
              isRolling: true
          budgetingMethod: Occurrences
          objectives: [{targetPercent: 98}]
        """

    static let threshold = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: age}
        spec:
          service: polisen-collector
          indicator:
            metadata: {name: age}
            spec:
              thresholdMetric:
                metricSource: {type: polisen-ledger, spec: {measure: age-of-success, tolerance: 30s}}
          timeWindow: [{duration: 28d, isRolling: true}]
          budgetingMethod: Timeslices
          objectives:
            - {target: 0.995, op: lte, value: 3600, timeSliceWindow: 1m, timeSliceTarget: 1.0}
        """

    /// Calendar months, and everything that is free.
    static let calendar = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: repair
          displayName: Repair
          labels: {team: x, tags: [a, b]}
          annotations: {other/x: y}
        spec:
          description: d
          service: polisen-collector
          indicator:
            metadata: {name: repair, displayName: Repair, labels: {team: x}, annotations: {other/x: y}}
            spec:
              description: d
              thresholdMetric:
                metricSource: {type: polisen-ledger, spec: {measure: time-to-resolve}}
          timeWindow:
            - duration: 1M
              isRolling: false
              calendar: {timeZone: Europe/Stockholm, startTime: "2026-02-01 00:00:00"}
          budgetingMethod: Occurrences
          objectives:
            - {displayName: x, target: 0.9, op: lte, value: 7200}
        """

    /// The one with a burn condition.
    static let burning =
        runs + """

              alertPolicies:
                - kind: AlertPolicy
                  metadata: {name: runs-burn, annotations: {polisen-collector/repeat-every: 4h}}
                  spec:
                    conditions:
                      - kind: AlertCondition
                        metadata: {name: runs-burn}
                        spec:
                          severity: ERROR
                          condition: {kind: burnrate, op: gt, threshold: 6, lookbackWindow: 6h, alertAfter: 1m}
                    notificationTargets: [{targetRef: oci-topic}]
            """
}
