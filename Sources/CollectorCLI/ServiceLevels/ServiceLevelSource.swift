// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import ServiceLevels
import Transport

/// Where service levels come from: the objectives, the ledger, and the instant that counts as now.
struct ServiceLevelSource: Sendable {
    let configuration: Configuration
    let slos: [SLO]
    let ledger: RunLedger
    /// A minute since 1970.
    let now: Int

    /// See `ServiceLevelReading`.
    func reading(
        _ scope: ServiceLevelReading.Scope, progress: (Int) -> Void = { _ in }
    ) throws(FileError) -> ServiceLevelReading {
        try ServiceLevelReading(
            ledger, scope, rules: ChronicleRules(configuration), lasting: LastingLines(state: configuration.statePath),
            progress: progress)
    }

    /// The report on a period.
    ///
    /// - Parameter asOf: what is recorded later does not count; a minute since 1970, at most the period's end.
    func report(
        _ period: ReportPeriod, asOf: Int, progress: (Int) -> Void = { _ in }
    ) throws(FileError) -> Report {
        report(period, try reading(.report(period, asOf: asOf, slos), progress: progress), slos)
    }

    /// The report that says how the objectives stand now; its period is the longest of their windows.
    func standing(_ slos: [SLO]? = nil) throws(FileError) -> Report {
        let slos = slos ?? self.slos
        let scope = ServiceLevelReading.Scope.standing(at: now, slos)
        return report(standingPeriod(scope), try reading(scope), slos)
    }

    /// The same from what was read already.
    func standing(_ reading: ServiceLevelReading, _ slos: [SLO]) -> Report {
        report(standingPeriod(.standing(at: now, slos)), reading, slos)
    }

    private func standingPeriod(_ scope: ServiceLevelReading.Scope) -> ReportPeriod {
        .since(scope.period.start, until: scope.period.end)
    }

    private func report(_ period: ReportPeriod, _ reading: ServiceLevelReading, _ slos: [SLO]) -> Report {
        ReportBuilder(
            chronicle: reading.chronicle, totals: reading.totals, slos: slos, job: configuration.job,
            environment: configuration.environment, period: period,
            asOf: Date(timeIntervalSince1970: Double(reading.asOf) * 60), runbook: Runbook.name(forErrorType:)
        ).report()
    }

    /// Whether anything was ever recorded.
    var hasLedger: Bool {
        get throws(FileError) { try !ledger.files().isEmpty }
    }
}

extension ServiceLevelSource {
    /// Reads the objectives that the configuration names.
    ///
    /// - Parameter slos: `--slos`.
    init(_ configuration: Configuration, slos: String? = nil, now: Date) throws(SLOFilesProblem) {
        self.configuration = configuration
        let isPosted = configuration.metrics.backends.contains(.oci)
        self.slos = try SLOFiles.read(SLOPlaces.slos(slos ?? configuration.serviceLevels.path)).map { slo in
            // Where nothing is sent to OCI there is nothing to deliver, and no budget that anybody would keep.
            guard slo.indicator == .telemetryDelivery, !isPosted else { return slo }
            var reported = slo
            reported.policy = nil
            return reported
        }
        ledger = RunLedger(statePath: configuration.statePath)
        self.now = now.minute
    }
}

extension Surroundings {
    /// The configuration for a command that only reads; what is wrong has been told when this throws.
    func configuration(_ options: GlobalOptions) throws(ExitStatus) -> Configuration {
        do throws(ConfigurationError) {
            return try options.configuration(in: self, for: .reading)
        } catch {
            tell(error.description)
            throw .configuration
        }
    }

    /// The place that commands on service levels work on; what is wrong has been told when this throws.
    func serviceLevels(_ configuration: Configuration, slos: String?) throws(ExitStatus) -> ServiceLevelSource {
        let time = configuration.clock.map(TimeSource.moved) ?? .live
        let source: ServiceLevelSource
        do throws(SLOFilesProblem) {
            source = try ServiceLevelSource(configuration, slos: slos, now: time.now())
        } catch {
            tell("polisen-collector: \(error)")
            throw .badData
        }
        let hasLedger: Bool
        do throws(FileError) { hasLedger = try source.hasLedger } catch { throw failedToRead(error) }
        guard hasLedger else {
            tell("unknown: no run is recorded below \(source.ledger.directory): correct state.path, or begin with")
            tell("polisen-collector collect")
            throw .badState
        }
        return source
    }

    /// Tells that the ledger cannot be read, and how the program ends for it.
    func failedToRead(_ error: FileError) -> ExitStatus {
        tell("polisen-collector: the ledger cannot be read: \(error)")
        return error.isForbidden ? .denied : .badData
    }
}
