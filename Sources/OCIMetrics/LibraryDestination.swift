// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Logging
import OCI
import Synchronization
import Transport

/// Where a program that uses this library sends its points: the assembly of real clock, files and sockets.
///
/// Elsewhere they are handed in; here nobody else could. Nothing is read or opened before the first flush.
final class LibraryDestination: Sendable {
    private struct State {
        /// Points that could not be written to the spool.
        var held: [MetricPoint] = []
        /// Those for which there was no room here either.
        var lost = 0
        var monitoring: Monitoring?
    }

    private static let heldLimit = 10_000
    private static let agent = "swift-oci-metrics/1"

    private let settings: OCIMetricsFactory.Settings
    private let spool: MetricSpool
    private let time: TimeSource
    private let state = Mutex(State())

    init(_ settings: OCIMetricsFactory.Settings) {
        self.settings = settings
        spool = MetricSpool(directory: settings.spoolDirectory, now: { Date() })
        let start = ContinuousClock().now
        time = TimeSource(now: { Date() }, uptime: { ContinuousClock().now - start }) {
            (duration) throws(CancellationError) in
            do { try await Task.sleep(for: duration) } catch { throw CancellationError() }
        }
    }

    var now: Date { time.now() }

    /// Spools the points and those that could not be spooled before, then posts until the time is up.
    func flush(_ points: [MetricPoint], within limit: Duration) async -> OCIMetricsFactory.FlushReport {
        let deadline = time.uptime() + limit
        let problem = keep(points)
        let destination = MetricDestination(
            compartment: settings.compartment, namespace: settings.namespace, resourceGroup: settings.resourceGroup)
        let poster = MetricPoster(spool: spool, destination: destination, time: time) {
            (metrics, deadline) async throws(MetricPoster.Failure) in
            try await MetricPoster.through(self.monitoring())(metrics, deadline)
        }
        let report = await poster.post(until: deadline)
        return OCIMetricsFactory.FlushReport(
            posted: report.posted, resent: report.resent, left: report.left + state.withLock { $0.held.count },
            dropped: tell(), problem: problem ?? report.problem)
    }

    /// What went wrong; the points are held in memory then.
    private func keep(_ points: [MetricPoint]) -> String? {
        let all = state.withLock { state in
            defer { state.held = [] }
            return state.held + points
        }
        guard !all.isEmpty else { return nil }
        do throws(FileError) {
            try spool.append(all)
            return nil
        } catch {
            state.withLock { state in
                let held = all + state.held
                state.held = held.suffix(Self.heldLimit)
                state.lost += held.count - state.held.count
            }
            return error.description
        }
    }

    /// Drop counts nobody was told of yet.
    private func tell() -> [String: Int] {
        // A spool that cannot be used is told of by the post; its counts wait.
        var new = (try? spool.takeDropped()) ?? DropCounts()
        new[.spoolFull] += state.withLock { state in
            defer { state.lost = 0 }
            return state.lost
        }
        return Dictionary(
            uniqueKeysWithValues: DropReason.allCases.filter { new[$0] > 0 }.map { ($0.rawValue, new[$0]) })
    }

    private func monitoring() async throws(OCIError) -> Monitoring {
        if let monitoring = state.withLock({ $0.monitoring }) { return monitoring }
        let monitoring = try await signIn()
        state.withLock { $0.monitoring = monitoring }
        return monitoring
    }

    private func signIn() async throws(OCIError) -> Monitoring {
        let operation = "PostMetricData"
        do throws(CryptoError) { try Digest.require() } catch {
            throw .unusable(operation: operation, problem: "libcrypto cannot be used: \(error)")
        }
        let variables = ProcessInfo.processInfo.environment
        let transport = try transport(variables)
        let random: @Sendable () -> UInt64 = { SystemRandomNumberGenerator.draw() }
        let logger = Logger(label: "oci-metrics") { _ in SwiftLogNoOpLogHandler() }
        let regions = RegionLookup(
            regionsConfig: nil, regionMetadata: variables["OCI_REGION_METADATA"],
            defaultRealm: variables["OCI_DEFAULT_REALM"])
        let surroundings = CredentialEnvironment(
            variables: variables, home: variables["HOME"], files: .system, transport: transport, time: time,
            regions: regions, logger: logger, random: random)
        let credentials = try await CredentialSource.detect(
            .auto, configPath: settings.configFile, profile: settings.profile, surroundings)
        guard let region = settings.region ?? credentials.region else {
            throw .unusable(operation: operation, problem: "no region is known: set Settings.region")
        }
        let overrides = settings.endpoint.map { [OCIService.monitoringIngestion: $0] } ?? [:]
        let endpoints = try Endpoints(region: try regions.region(region), overrides: overrides)
        return Monitoring(
            client: OCIClient(
                transport: transport, credentials: credentials, endpoints: endpoints, time: time,
                requestID: String(random(), radix: 16), userAgent: Self.agent, logger: logger, random: random))
    }

    private func transport(_ variables: [String: String]) throws(OCIError) -> HTTPTransport {
        do {
            return try .curl(
                CurlOptions(
                    userAgent: Self.agent, extraCAFile: settings.caFile, systemCAFile: variables["SSL_CERT_FILE"],
                    systemCADirectory: variables["SSL_CERT_DIR"]))
        } catch {
            throw .transport(error, operation: "PostMetricData", attempts: 0)
        }
    }
}

extension SystemRandomNumberGenerator {
    fileprivate static func draw() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
