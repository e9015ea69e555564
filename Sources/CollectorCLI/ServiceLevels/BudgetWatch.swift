// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Logging
import OCIMetrics
import ServiceLevels
import Transport

/// The checker's look at error budgets, every five minutes: gauges, and a word in the journal when one runs low.
struct BudgetWatch: Sendable {
    let live: Live
    let transport: HTTPTransport

    private var log: Logger { live.log.logger }

    /// Nothing here throws: trouble is logged once, and a verdict on freshness has been told before.
    func run(_ memory: inout BudgetMemory) async {
        let chosen = live.configuration.serviceLevels.path
        // Whoever has neither named objectives nor installed any has none.
        guard chosen != nil || FileSystem.exists(SLOPlaces.slos(nil)) else { return }
        do {
            let source = try ServiceLevelSource(live.configuration, now: live.time.now())
            let reading = try source.reading(.standing(at: source.now, source.slos))
            memory.problem = nil
            remember(reading.lasting)
            // Checks alone, as a second machine has them, say nothing of runs.
            guard reading.chronicle.reading.runs > 0 else { return }
            let standings = source.slos.map { ObjectiveGauges($0, reading.chronicle, at: source.now) }
            tell(standings, &memory)
            await post(standings.flatMap(\.samples))
        } catch {
            let problem = "\(error)"
            if memory.problem != problem {
                log.error(
                    "error budgets cannot be judged: nothing is posted of them until they can",
                    metadata: ["error.message": "\(problem)"])
            }
            memory.problem = problem
        }
    }

    /// Not remembering costs time and nothing else: the next look reads the old months again.
    private func remember(_ lasting: LastingLines) {
        let state = live.configuration.statePath
        guard lasting != LastingLines(state: state) else { return }
        do throws(FileError) {
            try lasting.save(state: state)
        } catch {
            log.warning("old months of the ledger have to be read again", metadata: ["error": "\(error)"])
        }
    }

    private func tell(_ standings: [ObjectiveGauges], _ memory: inout BudgetMemory) {
        memory.keep(standings.map(\.slo.name))
        // What is only reported has no budget that anybody would keep.
        for standing in standings where standing.slo.policy != nil {
            guard let remaining = standing.budget.remainingRatio,
                let threshold = memory.crossed(standing.slo.name, remaining)
            else { continue }
            let share = ServiceLevelWords.share(remaining)
            let words = threshold == 0 ? "is used up" : "is below \(ServiceLevelWords.share(threshold))"
            let span = ServiceLevelWords.window(standing.slo.window)
            log.log(
                level: threshold == 0 ? .error : .warning,
                "the error budget of \(standing.slo.name) \(words): \(share) of that of \(span) is left",
                metadata: [
                    "event": "slo.budget.threshold", "slo.name": "\(standing.slo.name)",
                    "slo.budget.remaining_ratio": "\(remaining)", "slo.budget.threshold": "\(threshold)",
                ])
        }
    }

    private func post(_ samples: [MetricSample]) async {
        guard var telemetry = Telemetry(live, transport, of: .checker) else { return }
        telemetry.textfileMark = "slo"
        // Objectives of people's own are in reports, not in metrics: every stream is declared.
        let declared = samples.filter { MetricCatalog.named($0.name)?.admitsChecker($0.dimensions) == true }
        await telemetry.tell(telemetry.points(declared, at: live.time.now()))
    }
}

/// What the checker posts of one objective.
struct ObjectiveGauges: Sendable {
    let slo: SLO
    let budget: ErrorBudget
    private let errorRatios: [(window: String, value: Double?)]
    private let burnRates: [(window: String, value: Double?)]

    private static let ratioWindows = [("1h", 60), ("6h", 360), ("1d", 1_440), ("3d", 4_320)]
    private static let burnWindows = [("1d", 1_440), ("3d", 4_320)]

    init(_ slo: SLO, _ chronicle: Chronicle, at minute: Int) {
        self.slo = slo
        let window = chronicle.figures(of: slo, over: chronicle.windowSpan(of: slo, at: minute))
        budget = ErrorBudget(targetMillionths: slo.targetMillionths, attainment: window.counted)
        errorRatios = Self.ratioWindows.map { name, minutes in
            let span = MinuteSpan(start: minute - minutes, end: minute)
            return (name, chronicle.figures(of: slo, over: span).counted.errorRatio)
        }
        burnRates = Self.burnWindows.map { name, minutes in
            (name, chronicle.burnRate(of: slo, windowMinutes: minutes, at: minute).rate)
        }
    }

    /// Where there is no evidence there is no sample.
    var samples: [MetricSample] {
        var samples: [MetricSample] = []
        for case (let window, let value?) in errorRatios {
            samples.append(MetricSample("slo_error_ratio", ["slo": slo.name, "window": window], value))
        }
        for case (let window, let value?) in burnRates {
            samples.append(MetricSample("slo_burn_rate", ["slo": slo.name, "window": window], value))
        }
        if let remaining = budget.remainingRatio {
            samples.append(MetricSample("slo_budget_remaining_ratio", ["slo": slo.name], remaining))
        }
        return samples
    }
}
