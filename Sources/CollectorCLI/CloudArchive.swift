// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Logging
import OCI
import Transport

/// An archive in Oracle Cloud: from the configuration to a bucket that can be written.
struct CloudArchive: Sendable {
    private let live: Live
    private let transport: HTTPTransport
    private var configuration: Configuration { live.configuration }

    init(_ live: Live, _ transport: HTTPTransport) {
        self.live = live
        self.transport = transport
    }

    /// `index/head` is written every so many commits: a host without a cache reads at most this many.
    private static let headLag = 32

    var access: ArchiveAccess {
        let cache = ArchiveCache(directory: live.state.cache, place: place)
        return ArchiveAccess(place: place, cache: cache, headLag: Self.headLag) { run throws(ArchiveError) in
            do throws(OCIError) {
                return .objectStorage(try await storage(run), run: run.description)
            } catch {
                throw .service(error)
            }
        }
    }

    /// A client for any service, signed in as for the archive.
    func signedClient(_ run: RunID) async throws(OCIError) -> OCIClient {
        let credentials = try await credentials(run)
        return try client(credentials, region: region(credentials), run)
    }

    /// Names the archive without asking anybody.
    private var place: String {
        let endpoint = configuration.oci.endpoints[.objectStorage]?.text ?? configuration.oci.region
        return "oci \(endpoint) \(configuration.oci.namespace ?? "-") \(configuration.oci.bucket)"
    }

    func storage(_ run: RunID) async throws(OCIError) -> ObjectStorage {
        let credentials = try await credentials(run)
        let client = try client(credentials, region: region(credentials), run)
        return try ObjectStorage(
            client: client, namespace: try await namespace(client), bucket: configuration.oci.bucket)
    }

    /// The vault's `oci-region` counts where nobody has set `oci.region`.
    private func region(_ credentials: CredentialSource) -> String {
        let isSet = configuration.settings.contains { $0.key.path == "oci.region" && $0.origin != .standard }
        return configuration.vault.isEnabled && !isSet
            ? credentials.region ?? configuration.oci.region : configuration.oci.region
    }

    /// OCI Monitoring, signed in as for the archive.
    func monitoring(_ run: RunID) async throws(OCIError) -> Monitoring {
        let credentials = try await credentials(run)
        return Monitoring(client: try client(credentials, region: region(credentials), run))
    }

    /// OCI Notifications, signed in as for the archive.
    func notifications(_ run: RunID) async throws(OCIError) -> Notifications {
        let credentials = try await credentials(run)
        return Notifications(client: try client(credentials, region: region(credentials), run))
    }

    private func client(
        _ credentials: CredentialSource, region: String, _ run: RunID
    ) throws(OCIError) -> OCIClient {
        let endpoints = try Endpoints(region: try regions.region(region), overrides: overrides)
        var client = OCIClient(
            transport: transport, credentials: credentials, endpoints: endpoints, time: live.time,
            requestID: run.hex, userAgent: Product.token, logger: live.log.logger, random: Self.random)
        client.deadline = live.deadline
        client.onRequest = { [requests = live.requests, watch = live.watch, log = live.log.logger] exchange in
            requests.add(attempt: exchange.attempt)
            watch.note(exchange)
            if exchange.isVault, exchange.reason != nil { Self.tellUnread(exchange, log) }
        }
        return client
    }

    private static func tellUnread(_ exchange: OCIClient.Exchange, _ log: Logger) {
        var metadata: Logger.Metadata = [
            "event": "vault.read.failed", "oci.operation": "\(exchange.operation)", "attempt": "\(exchange.attempt)",
        ]
        metadata["error.type"] = exchange.reason.map { "\($0)" }
        metadata["http.status"] = exchange.status.map { "\($0)" }
        metadata["oci.request_id"] = exchange.requestID.map { "\($0)" }
        log.error("the vault did not answer as it should", metadata: metadata)
    }

    /// Found once in a process: the metrics of a run are signed as its archive was.
    func credentials(_ run: RunID) async throws(OCIError) -> CredentialSource {
        if let known = live.signedIn.withLock({ $0 }) { return known }
        let found = try await signIn(run)
        live.signedIn.withLock { $0 = found }
        return found
    }

    private func signIn(_ run: RunID) async throws(OCIError) -> CredentialSource {
        let vault = configuration.vault
        let method = AuthMethod(rawValue: (vault.isEnabled ? vault.auth : configuration.oci.auth).rawValue) ?? .auto
        let own = try await CredentialSource.detect(
            method, configPath: configuration.oci.configFile, profile: configuration.oci.profile, surroundings)
        live.log.logger.debug("signing in", metadata: ["credentials": "\(own.origin)"])
        guard vault.isEnabled else { return own }
        let secrets = Secrets(client: try client(own, region: vault.region, run))
        let place: VaultCredential.Vault =
            vault.id.map { .id($0) } ?? .named(vault.name ?? "", compartment: vault.compartment ?? "")
        return try await .vault(
            VaultCredential(
                secrets: secrets, vault: place, cache: vaultCache,
                onExpiry: { [watch = live.watch] date in watch.secretEnds(date) }))
    }

    private var surroundings: CredentialEnvironment {
        var environment = CredentialEnvironment(
            variables: live.environment, home: live.environment["HOME"], files: .system, transport: transport,
            time: live.time, regions: regions, logger: live.log.logger, random: Self.random)
        environment.endpoints = overrides
        environment.deadline = live.deadline
        return environment
    }

    private var regions: RegionLookup {
        // The file is an aid for regions this program does not know; without it the others still work.
        let listed = live.environment["HOME"].flatMap { try? FileSystem.read($0 + "/.oci/regions-config.json") }
        return RegionLookup(
            regionsConfig: listed, regionMetadata: live.environment["OCI_REGION_METADATA"],
            defaultRealm: live.environment["OCI_DEFAULT_REALM"])
    }

    private var overrides: [OCIService: String] {
        var overrides: [OCIService: String] = [:]
        for (service, url) in configuration.oci.endpoints {
            if let service = OCIService(rawValue: service.rawValue) { overrides[service] = url.text }
        }
        return overrides
    }

    /// The id found for a vault's name, kept between runs.
    private var vaultCache: VaultCredential.Cache {
        let path = FileSystem.join(live.state.root, "vault-id")
        let name = "\(configuration.vault.compartment ?? "") \(configuration.vault.name ?? "")"
        return VaultCredential.Cache(
            // A cache that cannot be read or written costs one request more.
            read: { Remembered.value(path, for: name) }, write: { id in Remembered.keep(id, path, for: name) })
    }

    /// The namespace configured, or the tenancy's, which never changes and is asked for once.
    private func namespace(_ client: OCIClient) async throws(OCIError) -> String {
        if let namespace = configuration.oci.namespace { return namespace }
        let path = FileSystem.join(live.state.root, "oci-namespace")
        if let known = Remembered.value(path, for: place) { return known }
        let namespace = try await ObjectStorage.namespace(of: client)
        Remembered.keep(namespace, path, for: place)
        return namespace
    }

    private static let random: @Sendable () -> UInt64 = {
        var random = SystemRandomNumberGenerator()
        return random.next()
    }
}

/// A fact asked of somebody once, kept in a file beside what it is about.
private enum Remembered {
    static func value(_ path: String, for subject: String) -> String? {
        guard let bytes = try? FileSystem.read(path), let saved = try? JSONValue.parse(bytes),
            saved["for"]?.string == subject
        else { return nil }
        return saved["value"]?.string
    }

    static func keep(_ value: String, _ path: String, for subject: String) {
        let saved: JSONValue = ["for": .string(subject), "value": .string(value)]
        // Not kept means asked again.
        try? FileSystem.replace(path, saved.encoded() + [0x0A], durable: false)
    }
}
