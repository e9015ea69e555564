// SPDX-License-Identifier: MIT

import Files
package import FoundationEssentials
package import JSON
import OCI
import Synchronization
import Transport

/// Everything local-oci plays, behind one function from request to answer.
package final class LocalCloud: Sendable {
    /// What a start decides.
    package struct Options: Sendable {
        /// Where data and client files live.
        package var directory: String
        /// Where the police feed comes from.
        package var feed: FeedChoice
        /// Whether signatures are checked.
        package var verifies = true
        /// Each request also goes to this file, a line of JSON each.
        package var log: String?

        /// Everything else as usual.
        package init(directory: String, feed: FeedChoice = .generated(seed: 1, start: FeedGenerator.defaultStart)) {
            self.directory = directory
            self.feed = feed
        }
    }

    /// Where the police feed comes from.
    package enum FeedChoice: Sendable {
        /// Made up; `start` is the first instant that can be asked for.
        case generated(seed: UInt64, start: Date)
        /// A file of captured answers, plain or gzip.
        case recorded(path: String)
    }

    /// All times in answers are its.
    package let clock: LocalClock
    /// The files a client needs.
    package let client: ClientFiles
    let keyring: Keyring
    let identity: InstanceIdentity
    let tokens: TokenIssuer
    let authenticator: Authenticator
    let store: ObjectStore
    let secrets: SecretsService
    let monitoring: MonitoringService
    let notifications: NotificationsService
    let alarms: AlarmsService
    let feed: FeedService
    let faults = FaultTable()
    let log: RequestLog
    let verifies: Bool
    let url: Mutex<String>

    /// Opens the data directory, making what a first start needs.
    package init(_ options: Options, clock: LocalClock = LocalClock()) throws {
        self.clock = clock
        verifies = options.verifies
        let server = FileSystem.join(options.directory, "server")
        try FileSystem.makeDirectories(server, mode: 0o700)
        keyring = Keyring(directory: server)
        client = try ClientFiles(directory: FileSystem.join(options.directory, "client"))
        tokens = TokenIssuer(keyring: keyring)
        identity = InstanceIdentity(keyring: keyring)
        authenticator = Authenticator(tokens: tokens, verifies: options.verifies)
        authenticator.register(try client.key.publicKey(), user: Tenant.user)
        store = try ObjectStore(
            root: FileSystem.join(options.directory, "objects"), namespace: Tenant.namespace)
        if !store.buckets().contains(where: { $0.name == Tenant.bucket }) {
            _ = try store.createBucket(
                Tenant.bucket, compartment: Tenant.compartment, versioning: .disabled, now: clock.now)
        }
        secrets = SecretsService(contents: try client.secrets(), created: clock.now)
        monitoring = try MonitoringService(path: FileSystem.join(options.directory, "metrics.jsonl"))
        let url = Mutex("")
        self.url = url
        notifications = try NotificationsService(
            path: FileSystem.join(options.directory, "messages.jsonl"),
            settingsPath: FileSystem.join(options.directory, "notifications.json"),
            deliveries: try DeliveryQueue(path: FileSystem.join(options.directory, "deliveries.jsonl"), clock: clock),
            now: clock.now)
        alarms = try AlarmsService(
            directory: options.directory, monitoring: monitoring, notifications: notifications, now: clock.now)
        feed = FeedService(try Self.source(options.feed))
        log = RequestLog(path: options.log)
    }

    private static func source(_ choice: FeedChoice) throws -> FeedService.Source {
        switch choice {
        case .generated(let seed, let start): .generated(seed: seed, start: start)
        case .recorded(let path): .recorded(try RecordedFeed(path: path))
        }
    }

    /// Tells where it listens, and writes the client files that say so.
    package func announce(port: UInt16) throws -> JSONValue {
        let base = "http://127.0.0.1:\(port)"
        url.withLock { $0 = base }
        return try client.announce(url: base)
    }

    /// What goes on by itself, until the task is cancelled: alarms are evaluated each minute of the clock, and messages
    /// find their way to webhooks.
    package func run() async throws {
        let transport = try HTTPTransport.curl(CurlOptions(userAgent: "local-oci"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.notifications.deliveries.run(transport) }
            group.addTask { try await self.watchAlarms() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Wakes at each minute of the clock; at least once a second, since the clock may be set.
    private func watchAlarms() async throws {
        while true {
            // What fails here fails again at the next request about alarms, whose answer says why.
            _ = try? alarms.catchUp(now: clock.now)
            let rest = 60 - clock.now.timeIntervalSince1970.truncatingRemainder(dividingBy: 60)
            let wait = clock.rate > 0 ? rest / clock.rate : 1
            try await Task.sleep(for: .seconds(min(1, max(0.02, wait))))
        }
    }

    /// The answer to one request, faults included.
    package func answer(_ request: ServerRequest) async -> ServerResponse {
        let service = ServiceName(method: request.method, path: request.path)
        guard service != .local else { return AdminService(cloud: self).answer(request) }
        let fault = faults.strike(request, service)
        if let latency = fault?.latencyMilliseconds {
            // Cancelled: the server ends, and so does this connection.
            try? await Task.sleep(for: .milliseconds(latency))
        }
        let received = clock.now
        let now = received.addingTimeInterval(fault?.skewSeconds ?? 0)
        var note: String? = fault == nil ? nil : "fault"
        var response = perform(request, service, fault, now: now, note: &note)
        response.date = WireTime.http(now)
        if service != .feed { Self.identify(&response, request, service) }
        Self.shape(&response, request, service)
        if let fault { Self.disturb(&response, fault) }
        log.add(
            RequestLog.Entry(
                time: received, service: service, method: request.method, target: request.target,
                status: response.delivery == .dropped ? 0 : response.status, requestBytes: request.body.count,
                responseBytes: response.body.count, connection: request.connection,
                clientRequestID: request.header("opc-client-request-id") ?? request.header("opc-request-id"),
                requestID: response["opc-request-id"] ?? "", note: note))
        return response
    }

    private func perform(
        _ request: ServerRequest, _ service: ServiceName, _ fault: Fault.Action?, now: Date, note: inout String?
    ) -> ServerResponse {
        if let fault, let answer = Self.instead(fault) { return answer }
        do {
            return try route(request, service, fault, now: now)
        } catch let refusal as Authenticator.Refusal {
            note = refusal.reason
            var response = refusal.error.response
            response["x-local-oci-reason"] = String(refusal.reason.filter { $0.isASCII && !$0.isNewline })
            if service == .objectStorage { response["www-authenticate"] = "Casper realm=\"local-oci\"" }
            return response
        } catch let error as ServiceError {
            return error.response
        } catch {
            note = String(describing: error)
            return ServiceError(500, "InternalServerError", "local-oci failed: \(error)").response
        }
    }

    /// The answer a fault puts in the place of the work.
    private static func instead(_ fault: Fault.Action) -> ServerResponse? {
        if fault.drop == .before { return ServerResponse(status: 500) }
        if let body = fault.body {
            return ServerResponse(
                status: fault.status ?? 200, headers: [("content-type", fault.contentType)], body: Array(body.utf8))
        }
        guard let status = fault.status else { return nil }
        let code = fault.code.isEmpty ? defaultCode(status) : fault.code
        let message = fault.message.isEmpty ? "This failure was asked for." : fault.message
        return ServiceError(status, code, message).response
    }

    private static func defaultCode(_ status: Int) -> String {
        switch status {
        case 401: "NotAuthenticated"
        case 404: "NotAuthorizedOrNotFound"
        case 409: "IncorrectState"
        case 412: "NoEtagMatch"
        case 429: "TooManyRequests"
        case 500: "InternalServerError"
        case 503: "ServiceUnavailable"
        default: "InvalidParameter"
        }
    }

    private static func disturb(_ response: inout ServerResponse, _ fault: Fault.Action) {
        for (name, value) in fault.headers { response[name] = value }
        if fault.drop != nil {
            response.delivery = .dropped
        } else if let bytes = fault.truncateBytes {
            response.delivery = .truncated(bytes: bytes)
        } else if let rate = fault.dripBytesPerSecond {
            response.delivery = .dripped(bytesPerSecond: rate)
        }
    }

    /// What the real service does to bodies: none for a failed HEAD (observed, contract §7.1), gzip for JSON of these
    /// services where the client offers it.
    private static func shape(_ response: inout ServerResponse, _ request: ServerRequest, _ service: ServiceName) {
        if request.method == "HEAD", response.status >= 400 {
            response["content-type"] = nil
            response.body = []
        }
        let compresses = service == .secrets || service == .vaults || service == .monitoring
        guard compresses, !response.body.isEmpty, request.offersGzip else { return }
        response["content-encoding"] = "gzip"
        response.body = GzipCoding.deflate(response.body)
    }

    /// The request ids every OCI answer carries.
    private static func identify(_ response: inout ServerResponse, _ request: ServerRequest, _ service: ServiceName) {
        let id = UUID().uuidString.filter { $0 != "-" }
        response["opc-request-id"] = service == .objectStorage ? "local:\(id)" : id
        guard service == .objectStorage else { return }
        response["x-api-id"] = "native"
        if let theirs = request.header("opc-client-request-id") { response["opc-client-request-id"] = theirs }
    }

    private func route(
        _ request: ServerRequest, _ service: ServiceName, _ fault: Fault.Action?, now: Date
    ) throws -> ServerResponse {
        switch service {
        case .feed: return try feed.answer(request, now: now)
        case .metadata: return try MetadataService(identity: identity).answer(request, now: now)
        case .auth:
            return try AuthService(
                tokens: tokens, identity: identity, authenticator: authenticator, verifies: verifies
            ).answer(request, now: now)
        case .objectStorage:
            let isUpload = request.method == "PUT" && request.path.contains("/o/")
            try authenticate(request, isUpload ? .upload : .standard, now: now)
            return try ObjectStorageService(store: store).answer(request, now: now)
        case .monitoringIngestion:
            try authenticate(request, .standard, now: now)
            return try monitoring.post(request, forcedFailures: fault?.partialFailure ?? 0, now: now)
        case .monitoring:
            try authenticate(request, .standard, now: now)
            if request.path.hasPrefix("/20180401/metrics/") { return try monitoring.answer(request, now: now) }
            try alarms.catchUp(now: clock.now)
            return try alarms.answer(request, now: now)
        case .secrets:
            try authenticate(request, .standard, now: now)
            return try secrets.bundle(request)
        case .vaults:
            try authenticate(request, .standard, now: now)
            return try secrets.list(request)
        case .notifications:
            if !NotificationsService.isLink(request) { try authenticate(request, .standard, now: now) }
            return try notifications.answer(request, base: url.withLock { $0 }, now: now)
        case .loggingIngestion, .local, .unknown:
            throw ServiceError.unknownOperation(request.method, request.path)
        }
    }

    private func authenticate(
        _ request: ServerRequest, _ requirement: SignatureVerifier.Requirement, now: Date
    ) throws {
        _ = try authenticator.principal(of: request, requirement: requirement, now: now)
    }
}
