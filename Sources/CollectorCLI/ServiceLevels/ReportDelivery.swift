// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Logging
import OCI
import ServiceLevels
import Transport

/// Brings a report into the archive and tells people where it lies.
struct ReportDelivery: Sendable {
    let live: Live
    let report: Report
    /// Not empty; the first is that of the notice.
    let languages: [ReportLanguage]
    let isJSON: Bool
    /// Nothing is put anywhere, and nobody told.
    let isDryRun: Bool
    let surroundings: Surroundings

    private var label: String { report.period.label }

    func run() async -> ExitStatus {
        do throws(RunFailure) {
            let transport: HTTPTransport
            do throws(TransportError) {
                transport = try live.transport()
            } catch {
                throw RunFailure(FeedError.transport(error))
            }
            if isDryRun { return rehearse(link: try await link(files[0].name, transport)) }
            let lock = try hold()
            defer { lock.release() }
            let store = try await surroundings.openArchive(live, transport)
            let objects: [ReportShelf.Put]
            do throws(ArchiveError) {
                objects = try await ReportShelf(store: store).put(files)
            } catch {
                throw RunFailure(error, stage: .store)
            }
            return await tell(objects, transport, link: try await link(objects[0].name, transport))
        } catch {
            live.log.logger.error(
                "the report on \(label) could not be delivered",
                metadata: ["error.type": "\(error.type)", "error.message": "\(error.message)"])
            surroundings.tell(
                "polisen-collector: the report on \(label) could not be delivered: \(error.message); "
                    + "`polisen-collector slo report --deliver` tries again")
            return ExitStatus(rawValue: Int32(error.exit.rawValue)) ?? .unavailable
        }
    }

    /// Where people find an object: below `report.base_url`, else its own URL or path.
    private func link(_ object: String, _ transport: HTTPTransport) async throws(RunFailure) -> String {
        let configuration = live.configuration
        if let base = configuration.serviceLevels.reportBaseURL {
            let text = base.text.hasSuffix("/") ? String(base.text.dropLast()) : base.text
            return text + object.dropFirst("reports".count)
        }
        guard configuration.archive.backend == .oci else { return FileSystem.join(configuration.archive.path, object) }
        do throws(OCIError) {
            let storage = try await CloudArchive(live, transport).storage(live.run)
            let endpoint = storage.client.endpoints[.objectStorage]
            return "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.basePath)"
                + "/n/\(storage.namespace)/b/\(storage.bucket)/o/\(object)"
        } catch {
            throw RunFailure(error, stage: .store)
        }
    }

    /// Name and bytes of each object.
    private var files: [(name: String, bytes: [UInt8])] {
        let stem = "reports/\(label.prefix(4))/\(label)"
        var files = languages.flatMap { language in
            let mark = language == .english ? "" : ".\(language.rawValue)"
            return [ReportFormat.html, .md].map { format in
                (name: "\(stem)\(mark).\(format.fileEnding)", bytes: format.bytes(report, language))
            }
        }
        files.append((name: "\(stem).json", bytes: ReportFormat.json.bytes(report, .english)))
        return files
    }

    /// One delivery at a time.
    private func hold() throws(RunFailure) -> FileLock {
        let path = FileSystem.join(live.state.root, "reports.lock")
        do throws(FileError) {
            try FileSystem.makeDirectories(live.state.root)
            if let lock = try FileLock.tryAcquire(path) { return lock }
        } catch {
            throw RunFailure(error, stage: .store)
        }
        throw RunFailure(
            type: "locked", message: "another delivery holds \(path)", stage: .store, exit: .temporary)
    }

    /// What a delivery would do, as far as this machine knows it.
    private func rehearse(link: String) -> ExitStatus {
        let memory = DeliveryMemory(directory: live.state.root)
        let results = live.configuration.notifications.channels.map { channel in
            let isTold = memory.has(label, channel, log: live.log.logger)
            return (channel: channel, result: isTold ? "sent before" : "would be sent", problem: nil as String?)
        }
        let objects = files.map { ReportShelf.Put(name: $0.name, result: .planned) }
        guard !isJSON else { return surroundings.answer(json(objects, results, link).text) }
        let notice = report.notice(languages[0], link: link)
        let told = ["", notice.title, "", notice.body].joined(separator: "\n")
        return surroundings.answer(text(objects, results, link) + "\n" + ReportWords.plain(told))
    }

    /// Sends what is still to be sent, remembers that it was, and answers.
    private func tell(_ objects: [ReportShelf.Put], _ transport: HTTPTransport, link: String) async -> ExitStatus {
        let memory = DeliveryMemory(directory: live.state.root)
        let sender = NoticeSender(live: live, transport: transport)
        let notice = report.notice(languages[0], link: link)
        var results: [(channel: NoticeChannel, result: String, problem: String?)] = []
        for channel in live.configuration.notifications.channels {
            guard !memory.has(label, channel, log: live.log.logger) else {
                results.append((channel, "sent before", nil))
                continue
            }
            let problem = await sender.send(notice.title, notice.body, webhook(notice, link), over: channel)
            results.append((channel, problem == nil ? "sent" : "failed", problem))
            // Told again is better than never: what cannot be remembered is sent once more by the next delivery.
            if problem == nil { memory.note(label, channel, at: live.time.now(), log: live.log.logger) }
        }
        journal(objects, results, link)
        let answer = isJSON ? json(objects, results, link).text : text(objects, results, link)
        return surroundings.answer(answer, status: results.contains { $0.problem != nil } ? .unavailable : .ok)
    }

    /// What a webhook gets; `text` is what chat services show.
    private func webhook(_ notice: (title: String, body: String), _ link: String) -> JSONValue {
        [
            "schema": 1, "text": .string(notice.title + "\n" + notice.body), "title": .string(notice.title),
            "body": .string(notice.body), "reason": "report", "period": .string(label),
            "verdict": .string(report.verdict.word.rawValue), "link": .string(link),
            "job": .string(live.configuration.job), "environment": .string(live.configuration.environment),
        ]
    }

    private func journal(
        _ objects: [ReportShelf.Put], _ results: [(channel: NoticeChannel, result: String, problem: String?)],
        _ link: String
    ) {
        live.log.logger.notice(
            "the report on \(label) is delivered: \(report.verdict.word.rawValue)",
            metadata: [
                "report.period": "\(label)", "report.verdict": "\(report.verdict.word.rawValue)",
                "report.link": "\(link)", "object": "\(objects[0].name)",
            ])
        for case (let channel, _, let problem?) in results {
            live.log.logger.error(
                "nobody could be told of the report on \(label): the next delivery tries again",
                metadata: ["notice.channel": "\(channel.rawValue)", "error.message": "\(problem)"])
        }
    }

    private func text(
        _ objects: [ReportShelf.Put], _ results: [(channel: NoticeChannel, result: String, problem: String?)],
        _ link: String
    ) -> String {
        var lines = wrapped("\(label): \(ServiceLevelWords.verdict(report))", width: 80, indent: 4) + [""]
        lines += objects.map { $0.result.rawValue.padding(13) + $0.name }
        for (channel, result, problem) in results {
            lines += Words.row(channel.rawValue, result + (problem.map { ": \($0)" } ?? ""))
        }
        if results.isEmpty { lines += Words.row("notices", "nobody: set notifications.topic or notifications.webhook") }
        // Whole, however long it is: it is there to be copied.
        return (lines + ["link".padding(13) + link]).joined(separator: "\n")
    }

    private func json(
        _ objects: [ReportShelf.Put], _ results: [(channel: NoticeChannel, result: String, problem: String?)],
        _ link: String
    ) -> JSONValue {
        [
            "schema": 1, "period": .string(label), "verdict": .string(report.verdict.word.rawValue),
            "objects": .array(
                objects.map { ["name": .string($0.name), "result": .string($0.result.rawValue)] }),
            "link": .string(link),
            "notices": .array(
                results.map {
                    [
                        "channel": .string($0.channel.rawValue), "result": .string($0.result),
                        "problem": .optional($0.problem),
                    ]
                }),
        ]
    }
}
