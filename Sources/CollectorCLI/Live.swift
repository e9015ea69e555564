// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import HTTPTypes
import Ledger
import Logging
import OCI
import OCIMetrics
import Synchronization
import Transport

/// The credentials of a process, once they were found.
final class SignedIn: Sendable {
    private let source = Mutex<CredentialSource?>(nil)

    func withLock<Value: Sendable>(_ body: (inout sending CredentialSource?) -> sending Value) -> Value {
        source.withLock(body)
    }
}

/// Points that could not be kept on disk.
final class Unkept: Sendable {
    private let points = Mutex<[MetricPoint]>([])

    func add(_ more: [MetricPoint]) { points.withLock { $0 += more } }

    /// All there are; none from then on.
    func take() -> [MetricPoint] {
        points.withLock { points in
            defer { points = [] }
            return points
        }
    }
}

/// The assembly: what the configuration says, made of real clocks, sockets and files.
struct Live: Sendable {
    let configuration: Configuration
    let environment: [String: String]
    /// Of the collector, or of a job that `exec` runs.
    let state: StatePaths
    /// Where points wait for OCI Monitoring.
    let spool: String
    /// Where points go for node_exporter.
    let textfile: String
    /// What its runs are.
    let command: RunRecord.Command
    let run: RunID
    var time: TimeSource
    let log: Log
    let stop = StopSignal()
    let requests = RequestCount()
    let watch = RunWatch()
    /// Points that the disk had no room for.
    let unkept = Unkept()
    let signedIn = SignedIn()
    /// On the clock of `time.uptime`: when everything must be over. Work that is no run may take as long as it takes.
    var deadline: Duration

    init(_ configuration: Configuration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
        state = StatePaths(configuration.statePath)
        command = .collect
        spool = state.spool
        textfile = configuration.metrics.textfilePath ?? state.textfile
        time = configuration.clock.map(TimeSource.moved) ?? .live
        var random = SystemRandomNumberGenerator()
        run = RunID(at: time.now(), using: &random)
        log = Log(configuration, run: run, time: time)
        deadline = time.uptime() + configuration.runDeadline
    }

    /// The assembly for the account of `job`, whose configuration bears its name.
    init(
        job: String, _ configuration: Configuration, environment: [String: String], startedAt: Date? = nil,
        log: ((RunID, TimeSource) -> Log)? = nil
    ) {
        self.configuration = configuration
        self.environment = environment
        state = JobPlace.state(job, configuration, environment: environment)
        command = .exec
        spool = JobPlace.spool(of: state)
        textfile = JobPlace.textfile(of: job, state, configuration)
        time = configuration.clock.map(TimeSource.moved) ?? .live
        var random = SystemRandomNumberGenerator()
        run = RunID(at: startedAt ?? time.now(), using: &random)
        self.log = log?(run, time) ?? Log(configuration, run: run, time: time)
        deadline = time.uptime() + configuration.runDeadline
    }

    var setting: RunSetting {
        var setting = RunSetting()
        setting.job = configuration.job
        setting.environment = configuration.environment
        setting.version = Product.version
        // Losing the reason is right: the digits only help to see what changed.
        if (try? Digest.require()) != nil { setting.configSHA = configuration.configSHA { Digest.sha256($0) } }
        setting.host = HostFacts.hostName
        setting.invocationID = environment["INVOCATION_ID"]
        setting.bootID = HostFacts.bootID
        return setting
    }

    /// What was posted out of the spool, beside it.
    var tally: String { FileSystem.join(spool, "posted.json") }

    /// Adds to a record, before it is written, what became of points so far, where they are sent to OCI. The run's own
    /// are made of its record, so they are among them the next time.
    func addTelemetry(to record: inout RunRecord) {
        guard configuration.metrics.backends.contains(.oci) else { return }
        record.measures.telemetry = PostTally.read(tally).totals
    }

    /// libcurl, loaded when the first request is made.
    func transport() throws(TransportError) -> HTTPTransport {
        try HTTPTransport.curl(
            CurlOptions(
                userAgent: Product.token, extraCAFile: configuration.tlsCAFile,
                systemCAFile: environment["SSL_CERT_FILE"], systemCADirectory: environment["SSL_CERT_DIR"]))
    }

    /// Writes down runs that died.
    var obituary: Obituary {
        var obituary = Obituary(setting: setting, state: state, time: time, log: log.logger, command: command)
        obituary.onRecorded = { keepMetrics($0) }
        return obituary
    }

    /// Puts what the metrics of a record say where it outlives this process, as soon as the record is in the ledger.
    func keepMetrics(_ record: RunRecord) { Telemetry(self, anyTransport())?.keep(record) }

    /// The transport; where there can be none, one that says why at each request.
    func anyTransport() -> HTTPTransport {
        do throws(TransportError) {
            return try transport()
        } catch {
            let problem = error
            return HTTPTransport { (_) throws(TransportError) in throw problem }
        }
    }

    func collection(_ transport: HTTPTransport, plannedAt: Date?) -> CollectionRun {
        var setting = setting
        setting.plannedAt = plannedAt
        var collection = CollectionRun(
            id: run, setting: setting, feed: feed(transport), archive: archive(transport), state: state, time: time,
            deadline: deadline, stop: stop, requests: requests, watch: watch, log: log.logger)
        collection.onRecording = { addTelemetry(to: &$0) }
        collection.onRecorded = { keepMetrics($0) }
        if configuration.archive.backend == .directory {
            collection.workFolders = ["commits", "index", "index/shards"].map {
                FileSystem.join(configuration.archive.path, $0)
            }
        }
        return collection
    }

    /// The archive the configuration names.
    func archive(_ transport: HTTPTransport) -> ArchiveAccess {
        switch configuration.archive.backend {
        case .directory: .directory(configuration.archive.path)
        case .oci: CloudArchive(self, watch.service(transport, time: time)).access
        }
    }

    private func feed(_ transport: HTTPTransport) -> Collector.Feed {
        let url = configuration.feed.url
        let limits: Collector.RateLimits = configuration.feed.rateLimits == .off ? .off : .polisen
        return Feed(
            url: HTTPRequest(method: .get, scheme: url.scheme, authority: url.authority, path: url.target),
            userAgent: configuration.feed.userAgent ?? userAgent, timeout: configuration.feed.timeout,
            calls: CallLedger(path: state.calls, limits: limits), limits: limits, transport: transport, time: time,
            log: log.logger)
    }

    /// The source asks for a name and a contact.
    private var userAgent: String {
        Product.token + (configuration.feed.contact.map { " (\($0))" } ?? "")
    }
}
