// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import OCIMetrics
import Transport

/// `metrics`: what there is to measure, and what waits to be posted.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "List the metrics; look at the points that wait, and post them",
        subcommands: [MetricsCatalogue.self, MetricsSpool.self, MetricsFlush.self],
        defaultSubcommand: MetricsSpool.self)
}

/// `metrics catalogue`: every metric there is.
struct MetricsCatalogue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalogue", abstract: "List every metric, or tell all about one",
        usage: "polisen-collector metrics catalogue [<name>] [--json]",
        discussion: """
            All have the dimensions job and env besides. Dense metrics are posted by every run (a checker's: every \
            minute), zeros included, so an alarm may compare them; the heart only on success, so an alarm may miss it; \
            sparse ones are for charts. A value is of one run, never a total: use sum().

            --json: schema 1; common (names of dimensions); streams (collector, checker); limits (the same); metrics: an \
            array of name, otel_name, unit, dimensions (name, and values: null where there is one for each deployment), \
            density, source, streams, period_seconds (between two points of a stream while all is well), heartbeat \
            (made for absent()), help, left_out_by, checker_values (of its one dimension, posted by the checker).
            Exit codes: 0 ok; 65 there is no metric of that name.
            """)

    @Flag(help: "Answer as JSON") var json = false
    @Argument(help: "Tell all about this one") var name: String?

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        guard let name else {
            return surroundings.answer(json ? MetricCatalog.json.text : MetricCatalog.table)
        }
        guard let metric = MetricCatalog.named(name) else {
            let hint = nearest(to: name, among: MetricCatalog.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            surroundings.tell("polisen-collector: there is no metric \(name)\(hint)")
            return .badData
        }
        return surroundings.answer(json ? metric.json.text : metric.text)
    }
}

/// `metrics spool`: what waits.
struct MetricsSpool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spool", abstract: "Tell how many points wait for OCI Monitoring, and why",
        usage: "polisen-collector metrics spool [--json] [--config <path>] [<flags>]",
        discussion: """
            Points are kept on disk until OCI Monitoring has taken them; it takes none that are older than two hours. \
            The collector's runs and the freshness checker have a spool each.

            --json: schema 1; spools: an array of source (collector, checker), spool (its directory), points, in_doubt \
            (sent, but no answer was noted: they will be sent again), oldest_at, oldest_age_seconds (null where nothing \
            waits), bytes, dropped (by reason, not reported by a metric yet), damaged_lines, failures (posts that failed \
            in a row), paused_until (nothing is sent before; null: the next run or check sends). Besides: enabled \
            (metrics.backend names oci); spool (the collector's directory); and of both spools together the sums points, \
            in_doubt, bytes, dropped, damaged_lines, failures, the oldest oldest_at and oldest_age_seconds, the latest \
            paused_until.
            Exit codes: 0 ok; 65, 77 the spool cannot be read; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try options.configuration(in: surroundings, for: .reading)
        } catch {
            surroundings.tell(error.description)
            return .configuration
        }
        do throws(ExitStatus) { try surroundings.leaveRoot(for: configuration.statePath) } catch { return error }
        let time = configuration.clock.map(TimeSource.moved) ?? .live
        let isEnabled = configuration.metrics.backends.contains(.oci)
        var spools: [SpoolReport] = []
        do throws(FileError) {
            for source in DeclaredMetric.Source.allCases {
                let directory = StatePaths(configuration.statePath).spool(of: source)
                let status = try MetricSpool(directory: directory, now: time.now).status()
                spools.append(
                    SpoolReport(
                        source: source, directory: directory, isEnabled: isEnabled, status: status, now: time.now()))
            }
        } catch {
            surroundings.tell("polisen-collector: the spool cannot be read: \(error)")
            return error.isForbidden ? .denied : .badData
        }
        let reports = SpoolReports(isEnabled: isEnabled, spools: spools)
        return surroundings.answer(json ? reports.json.text : reports.text)
    }
}

/// `metrics flush`: posts what waits.
struct MetricsFlush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush", abstract: "Post the points that wait, now",
        usage: "polisen-collector metrics flush [--timeout <duration>] [--json] [<flags>]",
        discussion: """
            Tries until everything is posted or the time is up, even if posts failed just now: the points of runs and \
            those of the freshness checker, side by side. What cannot be posted stays for the next run or check; what \
            is older than two hours is dropped and counted.

            --json: schema 1; posted; resent (of them, those that may count twice: an answer was lost); dropped (by \
            reason); left; oldest_age_seconds (null where nothing is left); requests; seconds; stop (deadline, failed, \
            paused, busy or null); error_type and problem (null where nothing failed); spools: the same of each, with \
            source (collector, checker).
            Exit codes: 0 all gone; 69 some are left, or were refused; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Option(help: ArgumentHelp("How long to try, for example 30s or 5m", valueName: "duration"))
    var timeout = "30s"

    func validate() throws { _ = try limit }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        let live: Live
        do throws(ExitStatus) { live = try options.live(in: surroundings, for: .reading) } catch { return error }
        defer { live.log.flush() }
        guard live.configuration.metrics.backends.contains(.oci) else {
            surroundings.tell("metrics.backend does not name oci: nothing is posted; set metrics.backend to oci")
            return .configuration
        }
        let transport: HTTPTransport
        do throws(TransportError) {
            transport = try live.transport()
        } catch {
            surroundings.tell("polisen-collector: nothing can be sent: \(error)")
            return .unavailable
        }
        // Checked by `validate`.
        guard let limit = try? limit, let runs = Telemetry(live, transport),
            let checks = Telemetry(live, transport, of: .checker)
        else { return .configuration }
        let signals = ProcessSignals.onTermination { [stop = live.stop] in stop.request() }
        let report = await Self.flush(runs, checks, within: limit)
        withExtendedLifetime(signals) {}
        return surroundings.answer(json ? report.json.text : report.text, status: report.isDone ? .ok : .unavailable)
    }

    /// Posts from both spools side by side, so that a post that hangs takes no time from the other.
    private static func flush(
        _ runs: Telemetry, _ checks: Telemetry, within limit: Duration
    ) async -> FlushReport {
        let line = ProgressLine(isShown: HostFacts.isTerminal(2))
        defer { line.end() }
        async let first = SpoolFlush(telemetry: runs) { line.tell($0) }.run(within: limit)
        async let second = SpoolFlush(telemetry: checks) { _ in }.run(within: limit)
        return FlushReport(parts: [(.collector, await first), (.checker, await second)])
    }

    private var limit: Duration {
        get throws {
            do throws(Unacceptable) {
                return try Syntax<Duration>.duration(upTo: .seconds(3_600)).parse(timeout)
            } catch {
                throw ValidationError("--timeout \(error.rule), not '\(timeout)'")
            }
        }
    }
}
