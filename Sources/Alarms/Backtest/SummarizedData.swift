// SPDX-License-Identifier: MIT

package import JSON
package import MQL

/// Saved answers of SummarizeMetricsData as data for a back-test.
///
/// Their points are aggregated already: each becomes one raw point at its label. What cannot be replayed exactly is said by
/// `caveats`.
package struct SummarizedData: Sendable {
    /// One for each element of the answers.
    package let streams: [MetricStream]
    /// The longest distance of labels that an answer names, milliseconds; one minute if none does.
    package let resolution: Int64

    /// Why a text is no answer of SummarizeMetricsData.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, and where.
        package let description: String
    }

    /// Reads answers: the service's array, the CLI's `{"data": […]}`, or an array of either, one for each call.
    package init(_ json: JSONValue) throws(Problem) {
        var streams: [MetricStream] = []
        var resolution: Int64 = UTCTime.minute
        for (index, element) in Self.elements(json).enumerated() {
            let stream = try Self.stream(element, index)
            streams.append(stream)
            if let length = Self.member("resolution", of: element)?.string {
                resolution = max(resolution, Self.length(length))
            }
        }
        self.streams = streams
        self.resolution = resolution
    }

    /// The same from bytes.
    package init(bytes: [UInt8]) throws(Problem) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(bytes)
        } catch {
            throw Problem(description: "the answer is no JSON: \(error)")
        }
        try self.init(json)
    }

    /// The last label; nil where there is no point.
    package var last: Int64? { streams.compactMap { $0.timestamps.last }.max() }
    /// The first label; nil where there is no point.
    package var first: Int64? { streams.compactMap { $0.timestamps.first }.min() }

    /// What of these alarms cannot be replayed exactly from data fetched with a statistic.
    ///
    /// - Parameter statistic: of the queries that fetched them (`sum`, `max`, …) by metric; what is not there is unknown.
    package func caveats(for alarms: [Alarm], fetchedWith statistic: [String: String]) -> [String] {
        var caveats: [String] = []
        if resolution > UTCTime.minute {
            let length = TestTime.text(length: resolution)
            caveats.append("the data have a point every \(length) only: times are late by up to that")
        }
        let known = Set(streams.map(\.identity.metric))
        for alarm in alarms {
            // What cannot be read is told when the back-test begins.
            guard let rules = try? AlarmRules(alarm).rules else { continue }
            for use in rules.flatMap({ SelectorUse.all(in: $0.query.root) }) {
                let metric = use.selector.metric
                guard known.contains(metric) else {
                    caveats.append("\(alarm.key): there are no data of \(metric)")
                    continue
                }
                if let problem = Self.problem(use.statistic, fetchedWith: statistic[metric]) {
                    caveats.append("\(alarm.key): \(metric): \(problem)")
                }
            }
        }
        var seen: Set<String> = []
        return caveats.filter { seen.insert($0).inserted }
    }

    private static func problem(_ statistic: Statistic?, fetchedWith fetched: String?) -> String? {
        let survives = ["sum": "sum", "max": "max", "min": "min", "last": "last"]
        let name: String
        switch statistic {
        case .absent, nil: return nil
        case .count: return "count() counts one for each minute, not for each point posted"
        case .avg, .mean: return "mean() weighs every minute alike, however many points it had"
        case .percentile: return "percentile() of minutes is not that of points"
        case .rate, .increment, .first: return "rate(), increment() and first() see one point a minute"
        case .sum: name = "sum"
        case .max: name = "max"
        case .min: name = "min"
        case .last: name = "last"
        }
        if let fetched, fetched == survives[name] { return nil }
        return "\(name)() is exact only over data fetched with \(name)()" + (fetched.map { ", not \($0)()" } ?? "")
    }

    // MARK: Reading

    private static func elements(_ json: JSONValue) -> [JSONValue] {
        if let data = json["data"] { return elements(data) }
        guard let array = json.array else { return [json] }
        return array.flatMap { $0["data"] != nil || $0.array != nil ? elements($0) : [$0] }
    }

    /// The CLI writes `aggregated-datapoints`, the service `aggregatedDatapoints`.
    private static func member(_ name: String, of json: JSONValue) -> JSONValue? {
        if let value = json[name], value != .null { return value }
        let kebab = name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
        return json[kebab].flatMap { $0 == .null ? nil : $0 }
    }

    private static func stream(_ json: JSONValue, _ index: Int) throws(Problem) -> MetricStream {
        func problem(_ text: String) -> Problem { Problem(description: "element \(index) of the answer \(text)") }
        guard let name = member("name", of: json)?.string, let namespace = member("namespace", of: json)?.string else {
            throw problem("has no name and namespace; save the answer of SummarizeMetricsData as it is")
        }
        guard let list = member("aggregatedDatapoints", of: json)?.array else {
            throw problem("has no aggregatedDatapoints")
        }
        var dimensions: [String: String] = [:]
        for member in json["dimensions"]?.object ?? [] { dimensions[member.name] = member.value.string }
        var points: [Datapoint] = []
        for point in list {
            guard let time = point["timestamp"]?.string.flatMap(UTCTime.milliseconds) else {
                throw problem("has a point without a timestamp")
            }
            if let value = point["value"]?.double { points.append(Datapoint(at: time, value)) }
        }
        let group = member("resourceGroup", of: json)?.string
        let identity = StreamIdentity(namespace: namespace, resourceGroup: group, metric: name, dimensions: dimensions)
        return MetricStream(identity, points)
    }

    /// `5m` as milliseconds; 0 for what is none.
    private static func length(_ text: String) -> Int64 { TestTime.length(text) ?? 0 }
}
