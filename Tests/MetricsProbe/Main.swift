// SPDX-License-Identifier: MIT

import CoreMetrics
import Files
import FoundationEssentials
import OCI
import OCIMetrics
import Transport

/// Measures what recording and posting cost; for the benchmark only. Prints one JSON object.
///
/// `cycle DIRECTORY COUNT` appends and posts 80 points COUNT times, the endpoint answering at once ·
/// `flush DIRECTORY CONFIG URL SECONDS` one life of a program that uses the library, against an endpoint.
@main
enum MetricsProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("cycle", 3): try await cycle(Array(arguments.dropFirst()))
        case ("flush", 5): try await flush(Array(arguments.dropFirst()))
        default: print("usage: MetricsProbe cycle DIRECTORY COUNT | flush DIRECTORY CONFIG URL SECONDS")
        }
    }

    private static func cycle(_ arguments: [String]) async throws {
        let spool = MetricSpool(directory: arguments[0], now: { Date() })
        let start = ContinuousClock().now
        let time = TimeSource(now: { Date() }, uptime: { ContinuousClock().now - start }) {
            (duration) throws(CancellationError) in
            do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
        }
        let place = MetricDestination(compartment: "ocid1.compartment.oc1..aaaaaaaabench", namespace: "bench")
        let poster = MetricPoster(spool: spool, destination: place, time: time) {
            (_, _) throws(OCIError) in PostResult()
        }
        var costs = Costs()
        for _ in 0..<(Int(arguments[1]) ?? 1) {
            try costs.append.measure { try spool.append(points()) }
            let begun = Costs.Mark()
            let report = await poster.post(until: time.uptime() + .seconds(60))
            costs.post.add(since: begun)
            guard report.posted == 80, report.left == 0 else { return print("{\"error\":\"\(report)\"}") }
        }
        print("{\"append\":\(costs.append.json),\"post\":\(costs.post.json)}")
    }

    /// As a run of the collector has them.
    private static func points() -> [MetricPoint] {
        (0..<80).map { number in
            MetricPoint(
                name: "stage_duration_seconds_\(number)",
                dimensions: ["job": "polisen", "env": "production", "stage": "fetch"], unit: "s",
                value: 0.12345 * Double(number), at: Date())
        }
    }

    private static func flush(_ arguments: [String]) async throws {
        let clock = ContinuousClock()
        let begun = clock.now
        var settings = OCIMetricsFactory.Settings(
            spoolDirectory: arguments[0], compartment: "ocid1.compartment.oc1..aaaaaaaabench", namespace: "bench",
            dimensions: ["job": "bench"])
        (settings.configFile, settings.endpoint) = (arguments[1], arguments[2])
        let factory = OCIMetricsFactory(settings)
        for number in 0..<80 { Counter(label: "counter_\(number)", factory: factory).increment() }
        let recorded = clock.now
        let report = await factory.flush(within: .seconds(Double(arguments[3]) ?? 2))
        let ended = clock.now
        print(
            "{\"before\":\((recorded - begun).inSeconds),\"flush\":\((ended - recorded).inSeconds),"
                + "\"posted\":\(report.posted),\"left\":\(report.left)}")
    }
}

/// Wall and CPU time of each repetition.
private struct Costs {
    var append = Series()
    var post = Series()

    struct Mark {
        let wall = ContinuousClock().now
        let cpu = HostFacts.usage.cpuSeconds
    }

    struct Series {
        private var wall: [Double] = []
        private var cpu = 0.0

        mutating func add(since mark: Mark) {
            wall.append((ContinuousClock().now - mark.wall).inSeconds)
            cpu += HostFacts.usage.cpuSeconds - mark.cpu
        }

        mutating func measure<Result>(_ body: () throws -> Result) rethrows {
            let mark = Mark()
            _ = try body()
            add(since: mark)
        }

        /// Medians of wall times, mean of CPU times, in seconds.
        var json: String {
            let sorted = wall.sorted()
            return "{\"wall\":\(sorted[sorted.count / 2]),\"cpu\":\(cpu / Double(wall.count))}"
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
