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
            much of it is spent, and what the policy would say; for objectives that count runs, after how many failures \
            their burn alarms would fire: some targets can never fire, or fire at the first.

            Examples:
              polisen-collector slo whatif --target 99.9
              polisen-collector slo whatif --target 98 --slo run-success

            --json: schema 1; target; as_of; objectives: an array of slo, unit, good, bad, unknown, now and then (target, \
            allowed, spent, remaining_ratio, verdict); of those that count runs alarms, too: an array of \
            window_minutes, burn_rate, runs_in_window, failures_now, failures_then (null: it can never fire).
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
            let pairs = slos.map { slo in
                let span = reading.chronicle.windowSpan(of: slo, at: source.now)
                return WhatIf(
                    slo: slo, figures: reading.chronicle.figures(of: slo, over: span), targetMillionths: target)
            }
            return surroundings.answer(
                json ? Self.json(pairs, target, source.now).text : Self.text(pairs, source.now))
        } catch {
            return error
        }
    }

    private func chosen(_ slos: [SLO], _ surroundings: Surroundings) throws(ExitStatus) -> [SLO] {
        guard let slo else { return slos }
        let found = slos.filter { $0.name == slo }
        guard found.isEmpty else { return found }
        let names = slos.map(\.name)
        let hint = nearest(to: slo, among: names).map { "; did you mean \($0)?" } ?? "."
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

    private static func text(_ pairs: [WhatIf], _ now: Int) -> String {
        let blocks = pairs.map { ReportWords.plain($0.text()) }
        let judged = Words.row("judged at", Words.time(now.instant)).joined(separator: "\n")
        // Each ends with a line feed.
        return (blocks + [judged + "\n" + "next".padding(13) + "polisen-collector slo status"]).joined(separator: "\n")
    }

    private static func json(_ pairs: [WhatIf], _ target: Int, _ now: Int) -> JSONValue {
        [
            "schema": 1, "target": .double(Double(target) / 1_000_000),
            "as_of": .string(Timestamp.text(now.instant)), "objectives": .array(pairs.map(\.json)),
        ]
    }
}

extension Int {
    /// The instant of a minute since 1970.
    fileprivate var instant: Date { Date(timeIntervalSince1970: Double(self) * 60) }
}
