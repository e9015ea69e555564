// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import HTTPTypes
import Ledger
import Logging
import OCI
import Synchronization
import Transport

/// The credentials of a process, once they were found.
final class SignedIn: Sendable {
    private let source = Mutex<CredentialSource?>(nil)

    func withLock<Value: Sendable>(_ body: (inout sending CredentialSource?) -> sending Value) -> Value {
        source.withLock(body)
    }
}

/// The assembly: what the configuration says, made of real clocks, sockets and files.
struct Live: Sendable {
    let configuration: Configuration
    let environment: [String: String]
    let run: RunID
    var time: TimeSource
    let log: Log
    let stop = StopSignal()
    let requests = RequestCount()
    let watch = RunWatch()
    let signedIn = SignedIn()
    /// On the clock of `time.uptime`: when everything must be over. Work that is no run may take as long as it takes.
    var deadline: Duration

    init(_ configuration: Configuration, environment: [String: String]) {
        self.configuration = configuration
        self.environment = environment
        time = configuration.clock.map(TimeSource.moved) ?? .live
        var random = SystemRandomNumberGenerator()
        run = RunID(at: time.now(), using: &random)
        log = Log(configuration, run: run, time: time)
        deadline = time.uptime() + configuration.runDeadline
    }

    var state: StatePaths { StatePaths(configuration.statePath) }

    var setting: RunSetting {
        var setting = RunSetting()
        setting.job = configuration.job
        setting.environment = configuration.environment
        setting.version = Product.version
        setting.configSHA = configuration.configSHA { Digest.sha256($0) }
        setting.host = HostFacts.hostName
        setting.invocationID = environment["INVOCATION_ID"]
        setting.bootID = HostFacts.bootID
        return setting
    }

    /// libcurl, loaded when the first request is made.
    func transport() throws(TransportError) -> HTTPTransport {
        try HTTPTransport.curl(
            CurlOptions(
                userAgent: Product.token, extraCAFile: configuration.tlsCAFile,
                systemCAFile: environment["SSL_CERT_FILE"], systemCADirectory: environment["SSL_CERT_DIR"]))
    }

    func collection(_ transport: HTTPTransport, plannedAt: Date?) -> CollectionRun {
        var setting = setting
        setting.plannedAt = plannedAt
        var collection = CollectionRun(
            id: run, setting: setting, feed: feed(transport), archive: archive(transport), state: state, time: time,
            deadline: deadline, stop: stop, requests: requests, watch: watch, log: log.logger)
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
