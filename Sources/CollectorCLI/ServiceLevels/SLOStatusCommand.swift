// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// `slo status`: how the objectives stand now.
struct SLOStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say how much of each error budget is left, and how fast it goes",
        usage: "polisen-collector slo status [--as-of <time>] [--json] [<flags>]",
        discussion: """
            Each objective over its own window up to now: what was attained, how much of the error budget is left, how \
            fast it was spent in the last day and the last three (1 spends it exactly over the window), and where that \
            leads. The word in front is the worst of the objectives with a policy: go, careful (little is left), stop \
            (used up) or unknown (too little evidence).

            Examples:
              polisen-collector slo status
              polisen-collector slo status --as-of 2026-11-23T06:00:00Z
              polisen-collector slo status --json | jq '.objectives[] | .budget'

            --json: schema 1; verdict; because (names of objectives); as_of; recorded_from (the oldest record that was read); objectives: an array of \
            name, display_name, target, window, unit (what is counted), good, bad, unknown, excluded (maintenance), \
            attainment, attainment_with_maintenance, attainment_at_worst (unknown counted as bad), budget (allowed, \
            spent, remaining_ratio), burn_rates (window_minutes, rate), projection, verdict; next_command. What nobody \
            knows is null.
            Exit codes: 0 whatever the verdict; 1 nothing was ever recorded; 65 an objective's file or the ledger cannot \
            be read; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: SLOPlaceOptions
    @Option(
        name: .customLong("as-of"), help: ArgumentHelp("As if it were then (a day or an instant)", valueName: "time"))
    var asOf: String?
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws { try TypedTime.validate(asOf: asOf) }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let source: ServiceLevelSource
        do throws(ExitStatus) {
            let found = try surroundings.serviceLevels(surroundings.configuration(options), slos: place.slos)
            source = found.at(asOf.flatMap(TypedTime.minute(_:)) ?? found.now)
        } catch {
            return error
        }
        do throws(FileError) {
            let report = try source.standing()
            return surroundings.answer(json ? Self.json(report).text : Self.text(report))
        } catch {
            return surroundings.failedToRead(error)
        }
    }

    /// At most 80 columns; the verdict is the first word, the next command the last line.
    private static func text(_ report: Report) -> String {
        let word = report.verdict.word
        var lines = Words.row(
            "\(word.rawValue) —", ServiceLevelWords.sentence(report), column: word.rawValue.count + 3)
        lines += ["", row("objective", ["target", "window", "attained", "left", "1 d", "3 d"], "verdict")]
        for objective in report.objectives {
            let cells = [
                ServiceLevelWords.target(objective.slo.targetMillionths),
                ServiceLevelWords.window(objective.slo.window),
                ServiceLevelWords.attained(objective),
                ServiceLevelWords.share(objective.budget.remainingRatio),
                ServiceLevelWords.burn(objective.burnRate(1_440)), ServiceLevelWords.burn(objective.burnRate(4_320)),
            ]
            lines.append(row(objective.slo.name, cells, objective.verdict?.rawValue ?? "reported"))
        }
        lines.append("")
        for objective in report.objectives {
            if case .usedUp = objective.projection {
                lines += Words.row(
                    "outlook", "\(objective.slo.name): \(ServiceLevelWords.projection(objective.projection))")
            }
        }
        lines += evidence(report)
        lines.append("next".padding(13) + next(word))
        return lines.joined(separator: "\n")
    }

    private static func evidence(_ report: Report) -> [String] {
        let since =
            report.reading.firstAt.map { "recorded from \(Words.time($0)) on" } ?? "nothing is recorded of that time"
        var lines = Words.row("evidence", "\(since), judged at \(Words.time(report.asOf))")
        if let doubts = ServiceLevelWords.doubts(report) {
            lines += Words.row("unknown", doubts)
        } else if let main = ServiceLevelSource.main(report.objectives), main.window.counted.unknown > 0 {
            let total = max(1, main.window.counted.total)
            let share = ServiceLevelWords.share(Double(main.window.counted.unknown) / Double(total))
            lines += Words.row("unknown", "\(share) of \(main.slo.name)'s window: nobody looked then")
        }
        if report.reading.damagedCount > 0 {
            lines += Words.row("ledger", "\(report.reading.damagedCount) lines cannot be read; `runs list` names them")
        }
        return lines
    }

    private static func next(_ word: ReportVerdict.Word) -> String {
        switch word {
        case .go: "polisen-collector slo report"
        case .careful, .stop: "polisen-collector slo report --since 7d"
        case .unknown: "polisen-collector status"
        }
    }

    private static func row(_ name: String, _ cells: [String], _ verdict: String) -> String {
        let widths = [8, 7, 9, 9, 8, 8]
        let columns = zip(cells, widths).map { cell, width in
            String(repeating: " ", count: max(1, width - cell.count)) + cell
        }
        return name.padding(20) + columns.joined() + "  " + verdict
    }

    private static func json(_ report: Report) -> JSONValue {
        [
            "schema": 1, "verdict": .string(report.verdict.word.rawValue),
            "because": .array(report.verdict.because.map(JSONValue.string)),
            "as_of": .string(Timestamp.text(report.asOf)),
            "recorded_from": .optional(report.reading.firstAt.map(Timestamp.text)),
            "objectives": .array(report.objectives.map(\.standing)), "next_command": .string(next(report.verdict.word)),
        ]
    }
}

extension ServiceLevelSource {
    /// The same at another instant.
    func at(_ minute: Int) -> ServiceLevelSource {
        ServiceLevelSource(configuration: configuration, slos: slos, ledger: ledger, now: minute)
    }
}
