// SPDX-License-Identifier: MIT

import MQL
import YAML

extension AlarmTestReader {
    /// One element of `tests:`.
    mutating func test(_ node: YAMLNode) -> AlarmTestCase? {
        let entries = yaml.entries(
            node, of: "a test",
            known: [
                "name", "start", "step", "namespace", "resourceGroup", "profile", "series", "queries", "alarms",
            ], required: ["name"])
        guard let name = yaml.text(entries["name"], of: "name") else { return nil }
        var local = defaults
        local.start = yaml.label(entries["start"], of: "start", from: 0) ?? local.start
        local.step = yaml.length(entries["step"], of: "step") ?? local.step
        local.namespace = yaml.text(entries["namespace"], of: "namespace") ?? local.namespace
        local.resourceGroup = yaml.text(entries["resourceGroup"], of: "resourceGroup") ?? local.resourceGroup
        if let profile = entries["profile"] { readProfile(profile, into: &local.knobs) }
        var test = AlarmTestCase(
            name: name, mark: node.mark, start: local.start, namespace: local.namespace ?? "", knobs: local.knobs)
        test.streams = streams(entries["series"], local)
        for query in yaml.elements(entries["queries"], of: "queries") {
            if let query = self.query(query, local) { test.queries.append(query) }
        }
        for alarm in yaml.elements(entries["alarms"], of: "alarms") {
            if let alarm = self.alarm(alarm, local) { test.alarms.append(alarm) }
        }
        if test.queries.isEmpty, test.alarms.isEmpty {
            yaml.fail("the test \"\(name)\" expects nothing; give it queries or alarms", at: node.mark)
        }
        return test
    }

    // MARK: Data

    /// All series of a test; those of one stream are one.
    private mutating func streams(_ node: YAMLNode?, _ local: AlarmTestDefaults) -> [MetricStream] {
        var points: [StreamIdentity: [Datapoint]] = [:]
        var order: [StreamIdentity] = []
        for element in yaml.elements(node, of: "series") {
            guard let (identity, added) = series(element, local) else { continue }
            if points[identity] == nil { order.append(identity) }
            points[identity, default: []] += added
        }
        return order.map { MetricStream($0, points[$0] ?? []) }
    }

    private mutating func series(
        _ node: YAMLNode, _ local: AlarmTestDefaults
    ) -> (StreamIdentity, [Datapoint])? {
        let entries = yaml.entries(
            node, of: "a series",
            known: ["metric", "namespace", "resourceGroup", "dimensions", "start", "step", "values", "points"],
            required: ["metric"])
        guard let metric = yaml.text(entries["metric"], of: "metric") else { return nil }
        guard let namespace = yaml.text(entries["namespace"], of: "namespace") ?? local.namespace else {
            yaml.fail("the series has no namespace; give it one, or set it in defaults", at: node.mark)
            return nil
        }
        let identity = StreamIdentity(
            namespace: namespace,
            resourceGroup: yaml.text(entries["resourceGroup"], of: "resourceGroup") ?? local.resourceGroup,
            metric: metric, dimensions: yaml.texts(entries["dimensions"], of: "dimensions"))
        let start = yaml.instant(entries["start"], of: "start", from: local.start) ?? local.start
        let step = yaml.length(entries["step"], of: "step") ?? local.step
        switch (entries["values"], entries["points"]) {
        case (let values?, nil): return (identity, self.values(values, start, step))
        case (nil, let points?): return (identity, self.points(points, start))
        default:
            yaml.fail("a series has either values or points", at: node.mark)
            return nil
        }
    }

    private mutating func values(_ node: YAMLNode, _ start: Int64, _ step: Int64) -> [Datapoint] {
        notation(node, of: "values").enumerated().compactMap { index, item in
            let time = start + Int64(index) * step
            return item.value.map { Datapoint(at: time, $0, count: item.count, arrival: time + item.delay) }
        }
    }

    private mutating func notation(_ node: YAMLNode, of what: String) -> [SeriesNotation.Item] {
        guard let text = node.scalar?.text else {
            yaml.fail("\(what) must be a text such as \"1 _ 5x3\"", at: node.mark)
            return []
        }
        do throws(SeriesNotation.Problem) {
            return try SeriesNotation(text).items
        } catch {
            yaml.fail("\"\(error.item)\" is no item of a series: \(error.message)", at: node.mark)
            return []
        }
    }

    /// `[["20s", 1000], ["4m49s", 3488, {count: 2, delay: 4m}]]`
    private mutating func points(_ node: YAMLNode, _ start: Int64) -> [Datapoint] {
        yaml.elements(node, of: "points").compactMap { element in
            let parts = yaml.elements(element, of: "a point")
            guard parts.count == 2 || parts.count == 3 else {
                yaml.fail("a point is written [time, value] or [time, value, {count, delay}]", at: element.mark)
                return nil
            }
            guard let time = yaml.instant(parts[0], of: "a point's time", from: start),
                let value = yaml.number(parts[1], of: "a point's value")
            else { return nil }
            let more = parts.count == 3 ? yaml.entries(parts[2], of: "a point", known: ["count", "delay"]) : [:]
            let count = yaml.number(more["count"], of: "count") ?? 1
            let delay = yaml.length(more["delay"], of: "delay") ?? 0
            return Datapoint(at: time, value, count: count, arrival: time + delay)
        }
    }

    // MARK: Queries

    private mutating func query(_ node: YAMLNode, _ local: AlarmTestDefaults) -> QueryExpectation? {
        let entries = yaml.entries(
            node, of: "a query",
            known: ["query", "namespace", "resourceGroup", "from", "to", "resolution", "expect"],
            required: ["query", "to", "expect"])
        guard let place = entries["query"], let text = yaml.text(place, of: "query"), let expect = entries["expect"],
            let to = yaml.instant(entries["to"], of: "to", from: local.start)
        else { return nil }
        check(text, at: place.mark, local.knobs)
        let from = yaml.instant(entries["from"], of: "from", from: local.start) ?? local.start
        if to <= from { yaml.fail("the range is empty: to must lie behind from", at: node.mark) }
        guard let namespace = yaml.text(entries["namespace"], of: "namespace") ?? local.namespace else {
            yaml.fail("the query has no namespace; give it one, or set it in defaults", at: node.mark)
            return nil
        }
        let resolution = yaml.length(entries["resolution"], of: "resolution")
        if let resolution, resolution % 60_000 != 0 {
            yaml.fail("resolution must be a whole number of minutes", at: node.mark)
        }
        return QueryExpectation(
            mark: node.mark, query: text, namespace: namespace,
            resourceGroup: yaml.text(entries["resourceGroup"], of: "resourceGroup") ?? local.resourceGroup, from: from,
            to: to, resolution: resolution, expected: expectedStreams(expect))
    }

    private mutating func check(_ query: String, at mark: YAMLMark, _ knobs: Knobs) {
        do throws(QueryError) {
            _ = try Query(parsing: query, knobs: knobs)
        } catch {
            let diagnosis = error.diagnostics.map { $0.rendered(in: query, width: 76) }.joined(separator: "\n")
            yaml.fail("the query cannot be read:\n\(diagnosis)", at: mark)
        }
    }

    private mutating func expectedStreams(_ node: YAMLNode) -> [ExpectedStream] {
        yaml.elements(node, of: "expect").compactMap { element in
            let entries = yaml.entries(
                element, of: "an expected stream", known: ["dimensions", "values"], required: ["values"])
            guard let values = entries["values"] else { return nil }
            let items = notation(values, of: "values")
            if items.contains(where: { $0.count != 1 || $0.delay != 0 }) {
                yaml.fail("expected values have neither counts nor delays", at: values.mark)
            }
            let dimensions = yaml.texts(entries["dimensions"], of: "dimensions")
            return ExpectedStream(
                mark: element.mark, dimensions: dimensions, values: items.map { $0.value ?? .nan })
        }
    }
}
