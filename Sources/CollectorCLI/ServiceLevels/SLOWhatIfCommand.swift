// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import JSON
import Ledger
import ServiceLevels

/// `slo whatif`: what another target would mean.
struct SLOWhatIfCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whatif", abstract: "Say what another target would have meant for what was recorded",
        usage: "polisen-collector slo whatif --target <percent> [--slo <name>] [--json] [<flags>]",
        discussion: """
            Holds what the ledger says of each objective's window against another target: how much would be allowed, how \
            much of it is spent, what the policy would say, and after how many failures its burn alarms would fire; \
            some targets leave no room for any, or fire at the first.

            Examples:
              polisen-collector slo whatif --target 99.9
              polisen-collector slo whatif --target 98 --slo run-success

            --json: schema 1; target; as_of; objectives: an array of now and then (as in slo status --json), alarms (an \
            array of alarm, window_minutes, burn_rate, now, then: sentences).
            Exit codes: 0 ok; 1 nothing was ever recorded; 64 no such objective or target; 65 an objective's file or \
            the ledger cannot be read; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: SLOPlaceOptions
    @Option(help: ArgumentHelp("Percent that would have to be good, as in 99.9", valueName: "percent")) var target:
        String
    @Option(help: ArgumentHelp("Only this objective", valueName: "name")) var slo: String?
    @Option(
        name: .customLong("as-of"), help: ArgumentHelp("As if it were then (a day or an instant)", valueName: "time"))
    var asOf: String?
    @Flag(help: "Answer as JSON") var json = false

    func validate() throws {
        guard Self.millionths(target) != nil else {
            throw ValidationError(
                "--target needs a percentage above 0 and below 100 with at most four decimals, as in 99.9, not '\(target)'"
            )
        }
        try TypedTime.validate(asOf: asOf)
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        do throws(ExitStatus) {
            let found = try surroundings.serviceLevels(surroundings.configuration(options), slos: place.slos)
            let source = found.at(asOf.flatMap(TypedTime.minute(_:)) ?? found.now)
            let slos = try chosen(source.slos, surroundings)
            // Checked by `validate`.
            guard let target = Self.millionths(target) else { return .usage }
            let reading: ServiceLevelReading
            do throws(FileError) {
                reading = try source.reading(.standing(at: source.now, slos))
            } catch {
                throw surroundings.failedToRead(error)
            }
            let others = slos.map { slo in
                var other = slo
                other.targetMillionths = target
                return other
            }
            let (now, then) = (source.standing(reading, slos), source.standing(reading, others))
            let pairs = zip(now.objectives, then.objectives).map(WhatIf.init)
            return surroundings.answer(json ? Self.json(pairs, target, now).text : Self.text(pairs, now))
        } catch {
            return error
        }
    }

    private func chosen(_ slos: [SLO], _ surroundings: Surroundings) throws(ExitStatus) -> [SLO] {
        guard let slo else { return slos }
        let found = slos.filter { $0.name == slo }
        guard found.isEmpty else { return found }
        let names = slos.map(\.name)
        let hint = nearest(to: slo, among: names).map { "; did you mean \($0)?" } ?? ""
        surroundings.tell(
            wrapped(
                "polisen-collector: there is no objective \(slo)\(hint) There are: \(names.joined(separator: ", "))",
                width: 80, indent: 4
            ).joined(separator: "\n"))
        throw .usage
    }

    /// `99.9`, or `99.9%`, in millionths.
    static func millionths(_ text: String) -> Int? {
        var text = text.trimmed
        if text.hasSuffix("%") { text = String(text.dropLast()).trimmed }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
            (1...2).contains(parts[0].count), let whole = Int(parts[0])
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...4).contains(fraction.count),
            let places = Int(fraction + String(repeating: "0", count: 4 - fraction.count))
        else { return nil }
        let millionths = whole * 10_000 + places
        return millionths > 0 ? millionths : nil
    }

    private static func text(_ pairs: [WhatIf], _ report: Report) -> String {
        let blocks = pairs.map { $0.lines.joined(separator: "\n") }
        let judged = Words.row("judged at", Words.time(report.asOf)).joined(separator: "\n")
        return (blocks + [judged + "\n" + "next".padding(13) + "polisen-collector slo status"]).joined(
            separator: "\n\n")
    }

    private static func json(_ pairs: [WhatIf], _ target: Int, _ report: Report) -> JSONValue {
        [
            "schema": 1, "target": .double(Double(target) / 1_000_000), "as_of": .string(Timestamp.text(report.asOf)),
            "objectives": .array(pairs.map(\.json)),
        ]
    }
}

/// An objective as it is, and as it would be.
struct WhatIf: Sendable {
    let now: ObjectiveReport
    let then: ObjectiveReport

    init(_ now: ObjectiveReport, _ then: ObjectiveReport) {
        self.now = now
        self.then = then
    }

    var lines: [String] {
        let slo = now.slo
        let words = ServiceLevelWords.self
        var lines = [
            "\(slo.name): \(words.target(then.slo.targetMillionths)) instead of \(words.target(slo.targetMillionths)) "
                + "over \(Self.span(slo.window))"
        ]
        lines += Words.row("attained", words.attainment(now.window.counted.ratio), column: 15)
        lines += Words.row("  allowed bad", both { Self.amount($0.budget.allowed, slo.unit) }, column: 15)
        lines += Words.row("  was bad", "\(now.window.counted.bad) \(slo.unit.rawValue)", column: 15)
        lines += Words.row("  budget left", both { words.share($0.budget.remainingRatio) }, column: 15)
        lines += Words.row("  verdict", both { $0.verdict?.rawValue ?? "only reported" }, column: 15)
        for alarm in alarms {
            lines += Words.row("  \(alarm.condition.alarm)", "", column: 15)
            lines += Words.row(
                "", alarm.then == alarm.now ? alarm.then : "\(alarm.then) (now: \(alarm.now))", column: 4)
        }
        return lines
    }

    var json: JSONValue {
        [
            "now": now.standing, "then": then.standing,
            "alarms": .array(
                alarms.map {
                    [
                        "alarm": .string($0.condition.alarm), "window_minutes": .int($0.condition.windowMinutes),
                        "burn_rate": .double($0.condition.burnRate), "now": .string($0.now), "then": .string($0.then),
                    ]
                }),
        ]
    }

    private var alarms: [(condition: BurnCondition, now: String, then: String)] {
        now.slo.burnConditions.map { condition in
            (condition, Self.firing(condition, now), Self.firing(condition, then))
        }
    }

    private static func firing(_ condition: BurnCondition, _ objective: ObjectiveReport) -> String {
        let slo = objective.slo
        let minutes = max(1, slo.window.longestMinutes)
        // As many as there were on average in a window of that length.
        let events =
            slo.unit == .minutes
            ? condition.windowMinutes
            : Int(
                (Double(objective.window.counted.valid) * Double(condition.windowMinutes) / Double(minutes)).rounded())
        let window = span(minutes: condition.windowMinutes)
        switch LowTraffic.failuresToFire(
            targetMillionths: slo.targetMillionths, burnRate: condition.burnRate, eventsInWindow: events)
        {
        case .after(let count): return "fires after \(count) bad of \(events) \(slo.unit.rawValue) in \(window)"
        case .never(let threshold):
            return threshold >= 1
                ? "can never fire: more than all of \(events) \(slo.unit.rawValue) in \(window) would have to be bad"
                : "can never fire: there are no \(slo.unit.rawValue) in \(window)"
        case .oneBlip:
            return "fires at the first bad one of \(events) \(slo.unit.rawValue) in \(window): one blip alarms"
        }
    }

    private func both(_ text: (ObjectiveReport) -> String) -> String {
        let (before, after) = (text(now), text(then))
        return before == after ? after : "\(after) (now \(before))"
    }

    private static func amount(_ value: Double, _ unit: SLO.Unit) -> String {
        "\((value * 10).rounded(.down) / 10) \(unit.rawValue)"
    }

    private static func span(_ window: SLO.Window) -> String {
        switch window {
        case .rolling(let days): "\(days) days"
        case .calendarWeek: "the week"
        case .calendarMonth: "the month"
        }
    }

    private static func span(minutes: Int) -> String {
        minutes % 1_440 == 0 ? "\(minutes / 1_440) d" : minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
    }
}
