// SPDX-License-Identifier: MIT

import YAML

/// What the ledger can be asked, as `measure` of a metric source names it.
enum LedgerMeasure: String, CaseIterable {
    // Numerators of ratios.
    case freshMinutes = "fresh-minutes"
    case successfulRuns = "successful-runs"
    case promptRuns = "prompt-runs"
    case usableAnswers = "usable-answers"
    case acceptedPoints = "accepted-points"
    case uniqueLines = "unique-lines"
    case writtenObjects = "written-objects"
    case detectedIncidents = "detected-incidents"
    case resolvedIncidents = "resolved-incidents"

    /// What it is counted against: the measure under `total`.
    var total: String {
        switch self {
        case .freshMinutes: "known-minutes"
        case .successfulRuns: "ended-runs"
        case .promptRuns: "planned-successes"
        case .usableAnswers: "feed-calls"
        case .acceptedPoints: "points"
        case .uniqueLines: "event-lines"
        case .writtenObjects: "object-writes"
        case .detectedIncidents, .resolvedIncidents: "incidents"
        }
    }

    /// The same as a length of time that each minute, run or incident has, for a `thresholdMetric`.
    var length: String? {
        switch self {
        case .freshMinutes: "age-of-success"
        case .promptRuns: "run-delay"
        case .detectedIncidents: "time-to-detect"
        case .resolvedIncidents: "time-to-resolve"
        default: nil
        }
    }

    /// Parameters of the source of a ratio.
    var parameters: [String] {
        switch self {
        case .freshMinutes: ["maxAge", "tolerance"]
        case .promptRuns, .detectedIncidents, .resolvedIncidents: ["limit"]
        default: []
        }
    }

    /// - Parameters:
    ///   - limit: seconds; what has none passes it over.
    ///   - tolerance: seconds.
    func indicator(limit: Int, tolerance: Int) -> SLO.Indicator {
        switch self {
        case .freshMinutes: .freshMinutes(maxAgeSeconds: limit, toleranceSeconds: tolerance)
        case .successfulRuns: .runSuccess
        case .promptRuns: .latency(limitSeconds: limit)
        case .usableAnswers: .apiAvailability
        case .acceptedPoints: .telemetryDelivery
        case .uniqueLines: .uniqueLines
        case .writtenObjects: .storagePuts
        case .detectedIncidents: .detection(limitSeconds: limit)
        case .resolvedIncidents: .resolution(limitSeconds: limit)
        }
    }
}

extension SLO.Indicator {
    /// Whether minutes are judged, not events counted.
    var isSliced: Bool {
        if case .freshMinutes = self { true } else { false }
    }
}

extension SLOReader {
    /// The one objective of a file, as far as the indicator and the budgeting method do not decide about it.
    struct Objective {
        let fields: Fields
        let mark: YAMLMark
        /// In millionths; nil where it cannot be read.
        let target: Int?
    }

    mutating func objective(_ node: YAMLNode?) -> Objective? {
        let reason = "one file is one objective; make a file of each"
        guard let only = reading.only(node, of: "spec.objectives", because: reason) else { return nil }
        let fields = reading.fields(only, of: "spec.objectives[0]", .objective)
        _ = reading.text(fields["displayName"], of: fields.path("displayName"))
        return Objective(fields: fields, mark: only.mark, target: target(fields, at: only.mark))
    }

    /// `target: 0.995` or `targetPercent: 99.5`, by its digits.
    private mutating func target(_ fields: Fields, at mark: YAMLMark) -> Int? {
        switch (fields["target"], fields["targetPercent"]) {
        case (let node?, nil): return share(node, of: fields.path("target"), places: 6, most: "1")
        case (nil, let node?): return share(node, of: fields.path("targetPercent"), places: 4, most: "100")
        default:
            reading.note("\(fields.what) needs either \"target\" or \"targetPercent\"", at: mark)
            return nil
        }
    }

    private mutating func share(_ node: YAMLNode, of what: String, places: Int, most: String) -> Int? {
        let finest = "targets are kept in millionths"
        guard let value = reading.decimal(node, of: what, places: places, finest: finest) else { return nil }
        if (1..<1_000_000).contains(value) { return value }
        reading.note("\(what) must lie between 0 and \(most); what may never fail has no error budget", at: node.mark)
        return nil
    }

    // MARK: The indicator

    mutating func indicator(_ node: YAMLNode?, objective: Objective?) -> SLO.Indicator? {
        guard let node else { return nil }
        let fields = reading.fields(node, of: "spec.indicator", .indicator)
        let metadata = reading.fields(fields["metadata"], of: fields.path("metadata"), .metadata)
        _ = dashedName(metadata["name"], of: metadata.path("name"))
        _ = reading.text(metadata["displayName"], of: metadata.path("displayName"))
        reading.labels(metadata)
        _ = annotations(metadata["annotations"], of: metadata.path("annotations"), known: [])
        guard let specNode = fields["spec"] else { return nil }
        let spec = reading.fields(specNode, of: fields.path("spec"), .indicatorSpec)
        _ = reading.description(spec)
        switch (spec["ratioMetric"], spec["thresholdMetric"]) {
        case (let ratio?, nil): return ratioIndicator(ratio, of: spec.path("ratioMetric"), objective)
        case (nil, let threshold?): return thresholdIndicator(threshold, of: spec.path("thresholdMetric"), objective)
        default:
            reading.note("\(spec.what) needs either \"ratioMetric\" or \"thresholdMetric\"", at: specNode.mark)
            return nil
        }
    }

    private mutating func ratioIndicator(_ node: YAMLNode, of what: String, _ objective: Objective?) -> SLO.Indicator? {
        let fields = reading.fields(node, of: what, .ratio)
        _ = reading.flag(fields["counter"], of: fields.path("counter"))
        for name in ["op", "value"] {
            guard let node = objective?.fields[name] else { continue }
            reading.note("spec.objectives[0].\(name) goes with a thresholdMetric only", at: node.mark)
        }
        let goods = LedgerMeasure.allCases
        let good = source(fields["good"], of: fields.path("good"), measures: goods.map(\.rawValue)) { measure in
            LedgerMeasure(rawValue: measure)?.parameters ?? []
        }
        let totals = Set(goods.map(\.total)).sorted()
        let total = source(fields["total"], of: fields.path("total"), measures: totals) { _ in [] }
        guard let good, let measure = LedgerMeasure(rawValue: good.measure) else { return nil }
        if let total, total.measure != measure.total {
            reading.note(
                "\(fields.path("total")): \(good.measure) are counted against \(measure.total), not \(total.measure)",
                at: total.mark)
        }
        let limit = seconds(good, measure == .freshMinutes ? "maxAge" : "limit", least: 1)
        let tolerance = seconds(good, "tolerance", least: 0)
        let needed = measure.parameters.count
        guard [limit, tolerance].compactMap({ $0 }).count >= needed else { return nil }
        return measure.indicator(limit: limit ?? 0, tolerance: tolerance ?? 0)
    }

    private mutating func thresholdIndicator(
        _ node: YAMLNode, of what: String, _ objective: Objective?
    ) -> SLO.Indicator? {
        let lengths = LedgerMeasure.allCases.compactMap(\.length)
        let source = source(node, of: what, measures: lengths) { $0 == "age-of-success" ? ["tolerance"] : [] }
        guard let objective else { return nil }
        let fields = objective.fields
        for name in ["op", "value"] where fields[name] == nil {
            reading.note("\(fields.what) needs the field \"\(name)\" beside a thresholdMetric", at: objective.mark)
        }
        let late = "what takes longer is bad; write lte"
        _ = reading.word(
            fields["op"], of: fields.path("op"), among: ["lte"], reasons: ["lt": late, "gte": late, "gt": late])
        let value = reading.decimal(fields["value"], of: fields.path("value"), places: 0, finest: "whole seconds")
        guard let source, let value, let measure = LedgerMeasure.allCases.first(where: { $0.length == source.measure })
        else { return nil }
        if value < 1 || value > 31_536_000, let node = fields["value"] {
            reading.note("\(fields.path("value")) must be from 1 second to 31536000, a year", at: node.mark)
        }
        let tolerance = seconds(source, "tolerance", least: 0)
        guard measure != .freshMinutes || tolerance != nil else { return nil }
        return measure.indicator(limit: value, tolerance: tolerance ?? 0)
    }

    // MARK: Sources

    /// A metric source that could be read.
    struct Source {
        let measure: String
        let mark: YAMLMark
        let fields: Fields
    }

    private mutating func source(
        _ node: YAMLNode?, of what: String, measures: [String], parameters: (String) -> [String]
    ) -> Source? {
        guard let node else { return nil }
        let metric = reading.fields(node, of: what, .metric)
        let source = reading.fields(metric["metricSource"], of: metric.path("metricSource"), .source)
        _ = reading.word(source["type"], of: source.path("type"), among: ["polisen-ledger"])
        let place = source.path("spec")
        guard let spec = source["spec"] else { return nil }
        guard let measureNode = spec["measure"] else {
            _ = reading.fields(spec, of: place, FieldSet(["measure"], optional: ["maxAge", "tolerance", "limit"]))
            return nil
        }
        guard let measure = reading.word(measureNode, of: place + ".measure", among: measures) else { return nil }
        let fields = reading.fields(spec, of: place, FieldSet(["measure"] + parameters(measure)))
        return Source(measure: measure, mark: measureNode.mark, fields: fields)
    }

    /// A parameter in seconds; nil where it is absent or cannot be read.
    private mutating func seconds(_ source: Source, _ name: String, least: Int) -> Int? {
        guard let node = source.fields[name] else { return nil }
        if least == 0, node.scalar?.text == "0s" { return 0 }
        return reading.duration(node, of: source.fields.path(name), units: ["s", "m", "h", "d"])?.seconds
    }
}
