// SPDX-License-Identifier: MIT

import Collector
import Files
import OCIMetrics

/// Points in Prometheus' text format, for node_exporter's textfile collector: the names are those of OCI Monitoring.
///
/// Every metric is a gauge: a run's value, and no counter that grows. Format:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
enum MetricTextfile {
    /// Puts the points in place of what the file held; readers see the old metrics or the new.
    static func write(_ points: [MetricPoint], to path: String) throws(FileError) {
        // node_exporter is another user.
        try FileSystem.replace(path, Array(text(points).utf8), mode: 0o644, durable: false)
    }

    /// One block for each metric, in the order of their first points.
    static func text(_ points: [MetricPoint]) -> String {
        var blocks: [String: [String]] = [:]
        var order: [String] = []
        for point in points where point.value.isFinite {
            if blocks[point.name] == nil {
                order.append(point.name)
                blocks[point.name] = head(point)
            }
            blocks[point.name]?.append("\(point.name)\(labels(point.dimensions)) \(number(point.value))")
        }
        return order.flatMap { blocks[$0] ?? [] }.map { $0 + "\n" }.joined()
    }

    private static func head(_ point: MetricPoint) -> [String] {
        let help = MetricCatalog.named(point.name).map { "\($0.help) [\($0.unit)]" }
        return [help.map { "# HELP \(point.name) \(escaped($0, quote: false))" }, "# TYPE \(point.name) gauge"]
            .compactMap { $0 }
    }

    private static func labels(_ dimensions: [String: String]) -> String {
        guard !dimensions.isEmpty else { return "" }
        let pairs = dimensions.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value, quote: true))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    /// Without a fraction where there is none.
    private static func number(_ value: Double) -> String {
        guard let whole = Int(exactly: value) else { return String(value) }
        return String(whole)
    }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
