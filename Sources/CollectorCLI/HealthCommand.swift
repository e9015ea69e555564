// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger

/// `health`: the verdict for machines that ask over HTTP.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Answer one HTTP request about freshness on standard input and output",
        usage: "polisen-collector health --http [--exec-job <name>] [<flags>]",
        discussion: """
            Made for socket activation (Accept=yes): one request, one answer, then it ends. Reads local files only.

            GET /healthz  200 while fresh or quiet, else 503; JSON: status, good, reason, age_seconds, last_success_at
            GET /metrics  the last run and the verdict as Prometheus text, by the names of `metrics catalogue`

            HEAD works, too. Others get 404 or 405; what is no request 400; a request line over 2 KiB 414, one with its \
            fields over 8 KiB 431; one that is not complete within 5 s 408.
            Exit codes: 0 answered; 64 --http is missing; 73 nobody took the answer; 78 configuration (answered: 503).
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Speak HTTP/1.1") var http = false

    @Option(name: .customLong("exec-job"), help: ArgumentHelp("The job of this name that exec runs", valueName: "name"))
    var execJob: String?

    func validate() throws {
        try JobPlace.validate(execJob)
        if !http { throw ValidationError("health needs --http; `polisen-collector status` is for people") }
    }

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let reading: HealthRequest.Reading?
        do throws(FileError) {
            reading = try Self.receive()
        } catch {
            surroundings.tell("polisen-collector health: \(error)")
            return .cannotWrite
        }
        // Connected and gone, as port scanners and TCP checks do.
        guard let reading else { return .ok }
        let (answer, isHead, status) = answer(to: reading, surroundings)
        do throws(FileError) {
            try surroundings.write(answer.encoded(withBody: !isHead), .output)
        } catch {
            return .cannotWrite
        }
        Conversation.close()
        return status
    }

    /// The request; nil where the connection ended before its first byte.
    private static func receive() throws(FileError) -> HealthRequest.Reading? {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(5)
        var bytes: [UInt8] = []
        while true {
            let rest = end - clock.now
            guard rest > .zero, let more = try Conversation.read(upTo: 4_096, within: rest) else {
                return .refused(408)
            }
            if more.isEmpty { return bytes.isEmpty ? nil : .refused(400) }
            bytes += more
            let reading = HealthRequest.read(bytes)
            if reading != .incomplete { return reading }
        }
    }

    private func answer(
        to reading: HealthRequest.Reading, _ surroundings: Surroundings
    ) -> (HealthAnswer, isHead: Bool, ExitStatus) {
        guard case .request(let request) = reading else {
            guard case .refused(let status) = reading else { return (HealthAnswer(500), false, .ok) }
            return (HealthAnswer(status), false, .ok)
        }
        let isHead = request.method == "HEAD"
        guard ["/healthz", "/metrics"].contains(request.path) else { return (HealthAnswer(404), isHead, .ok) }
        guard isHead || request.method == "GET" else { return (HealthAnswer(405), false, .ok) }
        var answer = HealthAnswer(503)
        let status = surroundings.withPlace(options, execJob: execJob) { place in
            let report = HealthReport(place)
            answer = request.path == "/metrics" ? report.metrics : report.verdict
            return .ok
        }
        return (answer, isHead, status)
    }
}
