// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Transport

/// `replay`: the same core over recorded answers.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Take recorded answers into the archive as if they had just been fetched",
        discussion: """
            Each line of a FILE is {"capturedAt": "2025-01-13T05:28:18Z", "body": […]}; where the answer was no JSON, \
            "body": null and its text as "raw". Files may be gzip; - is standard input. The clock is each answer's own, \
            so feed them in the order they were captured.

            An answer taken once is never taken again: a second replay adds nothing. Records go to the ledger `replay`; \
            they are no evidence that collecting works, and no metrics are posted.

            --metrics-out writes the points each answer would have posted, for back-tests: a line an answer with \
            schema 1, at (its time), run_id, outcome, dimensions (of all its points) and points (name, value, and \
            dimensions of its own). Answers taken before have none; what only a live run can measure is left out.
            Exit codes: 0 all taken; 65 some lines are no recorded answers (the others are taken), or a \
            FILE cannot be read (all before it is taken).
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Answer as JSON") var json = false
    @Option(
        name: .customLong("metrics-out"),
        help: ArgumentHelp("Write the points each answer would have posted to this file", valueName: "path"))
    var metricsOut: String?
    @Argument(help: "Files of recorded answers") var files: [String]

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        var live: Live
        do throws(ExitStatus) { live = try options.live(in: surroundings, for: .reading) } catch { return error }
        live.deadline = .seconds(1 << 32)
        defer { live.log.flush() }
        let signals = ProcessSignals.onTermination { [stop = live.stop] in stop.request() }
        defer { withExtendedLifetime(signals) {} }
        do throws(RunFailure) {
            return try await replay(live, surroundings)
        } catch {
            surroundings.tell("polisen-collector: replay stopped (\(error.type)): \(error.message)")
            return ExitStatus(rawValue: Int32(error.exit.rawValue)) ?? .unavailable
        }
    }

    private func replay(_ live: Live, _ surroundings: Surroundings) async throws(RunFailure) -> ExitStatus {
        let lock: FileLock
        do throws(FileError) {
            try FileSystem.makeDirectories(live.state.root)
            guard let held = try FileLock.tryAcquire(FileSystem.join(live.state.root, "replay.lock")) else {
                surroundings.tell("polisen-collector: another replay is at work on \(live.state.root); try later")
                return .temporary
            }
            lock = held
        } catch {
            throw RunFailure(error, stage: .fetch)
        }
        defer { lock.release() }
        var replay = try await Replay.begin(
            live.run, setting: live.setting, access: live.archive(try transport(live)), state: live.state,
            time: live.time, log: live.log.logger)
        var points = try metricsOut.map { path throws(RunFailure) in try PointsFile(path, live.configuration) }
        replay.isMeasuring = points != nil
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2))
        var badLines = 0
        var unreadable: RunFailure?
        do throws(RunFailure) {
            for file in files where !live.stop.isRequested {
                badLines += try await take(file, into: &replay, &points, live, surroundings, progress)
            }
        } catch  where error.type == Self.unreadableInput {
            // What was taken before it is good.
            unreadable = error
        }
        try await replay.flush()
        try points?.flush()
        progress.end()
        let status = surroundings.answer(json ? replay.summary.json.text : replay.summary.text)
        if let unreadable { throw unreadable }
        if live.stop.isRequested { return .temporary }
        return badLines > 0 ? .badData : status
    }

    private func transport(_ live: Live) throws(RunFailure) -> HTTPTransport {
        do throws(TransportError) {
            return try live.transport()
        } catch {
            throw RunFailure(FeedError.transport(error))
        }
    }

    /// Takes a file's lines; returns how many are no recorded answers.
    private func take(
        _ file: String, into replay: inout Replay, _ points: inout PointsFile?, _ live: Live,
        _ surroundings: Surroundings, _ progress: ProgressLine
    ) async throws(RunFailure) -> Int {
        var badLines = 0
        var lines = try open(file, live.stop)
        while !live.stop.isRequested, let next = try next(&lines) {
            switch next {
            case .success(let answer):
                try await replay.take(answer)
                if let record = replay.lastRecord { try points?.add(record) }
            case .failure(let problem):
                badLines += 1
                if badLines > Self.shownBadLines { continue }
                let line = "polisen-collector: line \(lines.lineNumber) of \(file) is left out: \(problem.description)"
                let more = badLines == Self.shownBadLines ? "; more such lines of it are only counted" : ""
                surroundings.tell(line + more)
            }
            progress.update { replay.summary.progress }
        }
        if badLines > 0 { surroundings.tell("polisen-collector: \(badLines) lines of \(file) were left out") }
        return badLines
    }

    /// How many bad lines of a file are told one by one.
    private static let shownBadLines = 20

    /// Why a line is left out.
    private struct BadLine: Error { let description: String }

    private func open(_ file: String, _ stop: StopSignal) throws(RunFailure) -> LineSource {
        do throws(SourceError) {
            return try LineSource(file, isStopped: { stop.isRequested })
        } catch {
            throw Self.unreadable(error)
        }
    }

    /// The next answer, or why a line holds none; nil at the end.
    private func next(_ lines: inout LineSource) throws(RunFailure) -> Result<CapturedAnswer, BadLine>? {
        do throws(SourceError) {
            repeat {
                guard let next = try lines.next() else { return nil }
                if !next.isEmpty { return Self.parse(next) }
            } while true
        } catch {
            if case .lineTooLong = error { return .failure(BadLine(description: error.description)) }
            throw Self.unreadable(error)
        }
    }

    private static func parse(_ line: [UInt8]) -> Result<CapturedAnswer, BadLine> {
        do throws(CapturedAnswer.Problem) {
            return .success(try CapturedAnswer(line: line))
        } catch {
            return .failure(BadLine(description: "it is no recorded answer: \(error)"))
        }
    }

    private static let unreadableInput = "unreadable_input"

    private static func unreadable(_ error: SourceError) -> RunFailure {
        RunFailure(type: unreadableInput, message: error.description, stage: .decode, exit: .badData)
    }
}

extension Replay.Summary {
    /// How far it is.
    fileprivate var progress: String {
        "\(answers) answers, \(new) new, \(revised) revised, \(bytes >> 20) MB"
    }

    /// For people.
    fileprivate var text: String {
        let classes = self.classes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let seen = repeated > 0 ? " (\(repeated) of them taken before)" : ""
        return """
            \(answers) answers\(seen)\(classes.isEmpty ? "" : ": \(classes)")
            \(new) new events, \(revised) revisions, \(rejected) rejects in \(commits) commits
            """
    }

    /// Stable names.
    fileprivate var json: JSONValue {
        [
            "schema": 1, "answers": .int(answers), "repeated": .int(repeated),
            "classes": .object(classes.sorted { $0.key < $1.key }.map { JSONMember($0.key, .int($0.value)) }),
            "new": .int(new), "revised": .int(revised), "rejected": .int(rejected), "commits": .int(commits),
            "bytes": .int(bytes),
        ]
    }
}
