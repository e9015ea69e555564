// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import FoundationEssentials
import Ledger
import ServiceLevels

/// `slo report`: the page for Monday morning.
struct SLOReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Report on a week, a month or any time: objectives, incidents, causes",
        usage: """
            polisen-collector slo report [--week <week> | --month <month> | --since <time>]
                   [-o <file>] [--format <formats>] [--lang <languages>] [--check]
                   [--deliver [--dry-run]] [<flags>]
            """,
        discussion: """
            Without a period: the last whole ISO week, Monday to Sunday in Stockholm. The same ledger makes the same \
            bytes. Formats: text, md, json, csv and html (one self-contained file).

            Examples:
              polisen-collector slo report                     text, last week
              polisen-collector slo report -o week.html --lang sv
              polisen-collector slo report --week 2026-W47 -o report
                                          report.html, report.md, report.txt, …
              polisen-collector slo report --month 2026-11 -o reports/ --format html,json
                                          reports/2026-11.html, reports/2026-11.json
              polisen-collector slo report --since 3d --format md
              polisen-collector slo report --check >/dev/null && make release

            --check: for a release pipeline; exits 1 where the budget policy says stop, and where too little is known \
            to say otherwise, as when nothing was recorded for a day. Without a period it judges how things stand now, \
            whatever week the report is about; with one, how they stood at its end.
            --deliver: what polisen-report.timer starts. Puts the report as HTML, Markdown and JSON into the archive \
            (reports/2026/2026-W47.html; other languages 2026-W47.sv.html) and sends a summary with the link to \
            notifications.topic and notifications.webhook, once for each week and channel: what went wrong is made up \
            for by the next --deliver. Where late records have changed a report, the one before is kept beside it as \
            reports/2026/2026-W47.r1.html. With --dry-run nothing is put anywhere: the answer shows the notice.

            --format json: schema 1, the whole report, as slos/report.schema.json describes it. With --deliver: schema 1; period; \
            verdict; objects: an array of name, result (created, unchanged, replaced; planned with --dry-run); link; notices: an array of \
            channel, result (sent, sent before, failed; would be sent), problem.
            Exit codes: 0 ok; 1 --check says stop or unknown, or nothing was ever recorded; 64 the period lies in the \
            future; 65 an objective's file or the ledger cannot be read, or nothing was recorded before the period's \
            end; 69, 77 the archive or a channel does not answer or refuses; 73 a file cannot be written; 75 another \
            delivery is at work; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: SLOPlaceOptions
    @OptionGroup(title: "Period") var period: PeriodOptions
    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "File, its ending is the format; or without ending, or a directory, for all of --format (default: all)",
            valueName: "file"))
    var output: String?
    @Option(help: ArgumentHelp("text, md, json, csv, html; comma separated or repeated", valueName: "formats"))
    var format: [String] = []
    @Option(help: ArgumentHelp("en, sv; comma separated (default: report.languages)", valueName: "languages"))
    var lang: [String] = []
    @Flag(help: "Exit 1 where the budget policy says stop, or nobody knows: now, unless a period is named")
    var check = false
    @Flag(help: "Put it into the archive and tell people, once") var deliver = false
    @Flag(name: .customLong("dry-run"), help: "With --deliver: only say what would be put and told") var isDryRun =
        false

    func validate() throws {
        let formats = try Self.chosen(ReportFormat.self, format, "--format")
        let languages = try Self.chosen(ReportLanguage.self, lang, "--lang")
        if deliver {
            guard output == nil else { throw ValidationError("--deliver writes into the archive; leave -o away") }
            guard period.since == nil, period.asOf == nil else {
                throw ValidationError("--deliver is for whole weeks and months: --week or --month")
            }
            guard formats.isEmpty || formats == [.text] || formats == [.json] else {
                throw ValidationError("--deliver always writes html, md and json; --format json is for its answer")
            }
        } else {
            guard !isDryRun else { throw ValidationError("--dry-run is for --deliver") }
            _ = try ReportOutput(output, formats, languages, label: "x", kind: FileSystem.kind)
            if languages.count > 1, output == nil || output == "-" {
                throw ValidationError("standard output takes one language; for several say where: -o report")
            }
        }
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        if deliver { return await delivered(surroundings) }
        do throws(ExitStatus) {
            let configuration = try surroundings.configuration(options)
            let found = try surroundings.serviceLevels(configuration, slos: place.slos)
            let source = found.at(period.now(found.now))
            let report = try source.make(period.period(now: source.now), surroundings)
            let status = try write(report, configuration, surroundings)
            return check && status == .ok ? try judged(report, source, surroundings) : status
        } catch {
            return error
        }
    }

    private func delivered(_ surroundings: Surroundings) async -> ExitStatus {
        do throws(ExitStatus) {
            let live = try options.live(in: surroundings, for: .reading)
            defer { live.log.flush() }
            let source = try surroundings.serviceLevels(live.configuration, slos: place.slos)
            let (period, asOf) = period.period(now: source.now)
            guard asOf == period.span.end else {
                surroundings.tell("polisen-collector: \(period.label) is not over yet: only what is over is delivered")
                return .usage
            }
            let report = try source.make((period, asOf), surroundings)
            // Checked by `validate`.
            let named = (try? Self.chosen(ReportLanguage.self, lang, "--lang")) ?? []
            let delivery = ReportDelivery(
                live: live, report: report,
                languages: named.isEmpty ? live.configuration.serviceLevels.languages : named,
                isJSON: format == ["json"], isDryRun: isDryRun, surroundings: surroundings)
            let status = await delivery.run()
            return check && status == .ok ? try judged(report, source, surroundings) : status
        } catch {
            return error
        }
    }

    private func write(
        _ report: Report, _ configuration: Configuration, _ surroundings: Surroundings
    ) throws(ExitStatus) -> ExitStatus {
        // Checked by `validate`.
        let formats = (try? Self.chosen(ReportFormat.self, format, "--format")) ?? []
        var languages = (try? Self.chosen(ReportLanguage.self, lang, "--lang")) ?? []
        if languages.isEmpty { languages = configuration.serviceLevels.languages }
        let place: ReportOutput
        do {
            place = try ReportOutput(
                output, formats, languages, label: report.period.label, kind: FileSystem.kind)
        } catch {
            surroundings.tell("polisen-collector: \(error)")
            throw .usage
        }
        switch place {
        case .standard(let format, let language):
            return surroundings.write(format.bytes(report, language))
        case .device(let path, let format, let language):
            do throws(FileError) {
                try FileSystem.feed(path, format.bytes(report, language))
                return .ok
            } catch {
                surroundings.tell("polisen-collector: the report cannot be written: \(error)")
                throw .cannotWrite
            }
        case .files(let files):
            for file in files {
                do throws(FileError) {
                    try FileSystem.put(file.format.bytes(report, file.language), at: file.path)
                } catch {
                    surroundings.tell("polisen-collector: the report cannot be written: \(error)")
                    throw .cannotWrite
                }
            }
            let head = wrapped(
                "\(report.period.label): \(ServiceLevelWords.verdict(report))", width: 80, indent: 4)
            return surroundings.answer((head + files.map(\.path)).joined(separator: "\n"))
        }
    }

    /// What `--check` says: of the period that was named, else of now, since a release is made now.
    private func judged(
        _ report: Report, _ source: ServiceLevelSource, _ surroundings: Surroundings
    ) throws(ExitStatus) -> ExitStatus {
        guard period.isNamed else {
            do throws(FileError) {
                return PipelineCheck(try source.standing(), isNow: true).status(surroundings)
            } catch {
                throw surroundings.failedToRead(error)
            }
        }
        return PipelineCheck(report, isNow: false).status(surroundings)
    }

    /// Values of `type` as typed after a flag.
    private static func chosen<Choice: RawRepresentable & CaseIterable & Hashable & Sendable>(
        _ type: Choice.Type, _ texts: [String], _ flag: String
    ) throws -> [Choice] where Choice.RawValue == String {
        guard !texts.isEmpty else { return [] }
        do throws(Unacceptable) {
            return try Syntax<[Choice]>.choices().parse(texts.joined(separator: ","))
        } catch {
            throw ValidationError("\(flag) \(error.rule)")
        }
    }
}

extension ServiceLevelSource {
    /// The report on a period; what keeps it from being made has been told when this throws.
    func make(_ time: (period: ReportPeriod, asOf: Int), _ surroundings: Surroundings) throws(ExitStatus) -> Report {
        let (period, asOf) = time
        guard period.span.start < now, !period.span.isEmpty else {
            let begins = Words.time(period.span.startDate)
            let name = period.span.isEmpty ? "the time to report on" : period.label
            surroundings.tell(
                wrapped(
                    "polisen-collector: \(name) begins at \(begins), which is not yet: nothing to report", width: 80,
                    indent: 4
                ).joined(separator: "\n"))
            throw .usage
        }
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2))
        defer { progress.end() }
        let report: Report
        do throws(FileError) {
            report = try self.report(period, asOf: asOf) { lines in
                progress.update { "reading the ledger: \(lines) lines" }
            }
        } catch {
            progress.end()
            throw surroundings.failedToRead(error)
        }
        // A week without data is a report, too; one before the first record is not.
        guard report.reading.firstAt.map({ $0.minute < asOf }) ?? false else {
            progress.end()
            surroundings.tell(
                "polisen-collector: nothing was recorded before \(Words.time(period.span.endDate)), the end of "
                    + "\(period.label): name a later period, or correct state.path (\(ledger.directory))")
            throw .badData
        }
        return report
    }
}

extension Surroundings {
    /// Writes bytes to standard output as they are; the status says whether that worked.
    func write(_ bytes: [UInt8]) -> ExitStatus {
        do throws(FileError) {
            try write(bytes, .output)
            return .ok
        } catch {
            if !error.isBrokenPipe { tell("polisen-collector: \(error)") }
            return .cannotWrite
        }
    }
}
