// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Freshness
import Ledger
import OCI
import Transport

/// Evidence that a second machine can see, too.
struct RemoteEvidence: Sendable {
    let live: Live
    let transport: HTTPTransport

    /// So many days back copies of records are looked for, and so many are read at most.
    private static let days = 8
    private static let reads = 60

    /// The archive's copies of run records, newest first up to the last good one, and its commits.
    func archive() async -> SourceReading? {
        let archive = live.configuration.archive
        if archive.backend == .directory, !FileSystem.exists(archive.path) {
            return SourceReading(
                .archive, .unreadable("there is no directory \(archive.path); correct archive.path or mount it"))
        }
        do throws(ArchiveError) {
            let store = try await live.archive(transport).connect(live.run)
            return SourceReading(.archive, .readable(try await evidence(store)))
        } catch {
            return SourceReading(.archive, .unreadable("\(error)"))
        }
    }

    private func evidence(_ store: ArchiveStore) async throws(ArchiveError) -> RunEvidence {
        var evidence = RunEvidence()
        var lastCommit = 0
        let today = live.time.now()
        var left = Self.reads
        // From tomorrow on: the other machine's clock may be ahead, or this one behind.
        for day in -1..<Self.days where evidence.lastSuccess == nil && left > 0 {
            let date = CalendarDay(today.addingTimeInterval(Double(-day) * 86_400)).text(separator: "/")
            // The names are run ids, whose order is that of time.
            for object in try await store.listAll("runs/\(date)/").reversed().prefix(left) {
                left -= 1
                guard let stored = try await store.read(object.name) else { continue }
                guard let record = try? RunRecord(line: stored.bytes) else {
                    evidence.remarks.append("\(object.name) cannot be read as a run's record")
                    continue
                }
                guard record.job == live.configuration.job, record.command != .replay else { continue }
                evidence.runs.append(RunFact(record))
                if let commit = record.commits.max(), commit > lastCommit {
                    lastCommit = commit
                    evidence.newestData = max(evidence.newestData ?? .distantPast, record.endedAt)
                }
                guard record.outcome != .success else {
                    evidence.lastSuccess = .init(key: record.runID.description, endedAt: record.endedAt)
                    break
                }
            }
        }
        if let at = try await newestCommit(store, after: lastCommit) { evidence.newestData = at }
        return evidence
    }

    /// When the newest commit after `number` was made; nil where there is none.
    private func newestCommit(_ store: ArchiveStore, after number: Int) async throws(ArchiveError) -> Date? {
        var start: String? = number == 0 ? nil : Commit.object(number + 1)
        var newest: Int?
        repeat {
            let page = try await store.list("commits/", start, 1_000)
            newest = page.objects.compactMap { Commit.number(ofObject: $0.name) }.max() ?? newest
            start = page.next
        } while start != nil
        guard let newest, let stored = try await store.read(Commit.object(newest)) else { return nil }
        // A commit that cannot be read is `archive verify`'s to tell.
        return try? Commit(number: newest, bytes: stored.bytes).committedAt
    }

    /// The success heartbeat: where it is there, there was a good run; where it is absent, nothing more is known.
    func monitoring() async -> SourceReading? {
        guard let compartment = live.configuration.oci.compartment else {
            return SourceReading(.monitoring, .unreadable("oci.compartment is not set"))
        }
        do throws(OCIError) {
            let client = try await CloudArchive(live, transport).signedClient(live.run)
            return SourceReading(.monitoring, .readable(try await heartbeat(Monitoring(client: client), compartment)))
        } catch {
            return SourceReading(.monitoring, .unreadable("\(error)"))
        }
    }

    private func heartbeat(_ monitoring: Monitoring, _ compartment: String) async throws(OCIError) -> RunEvidence {
        let now = live.time.now()
        let (maxAge, _) = live.configuration.freshness.maxAge.components
        // Minutes are kept for seven days (contract §7.2).
        let reach = min(max(3 * 3600, 2 * Double(maxAge)), 7 * 86_400 - 600)
        let configuration = live.configuration
        let series = try await monitoring.summarize(
            namespace: configuration.metrics.namespace,
            query: "run_success_heartbeat[1m]{job = \"\(configuration.job)\", env = \"\(configuration.environment)\"}"
                + ".count()",
            compartment: compartment, resourceGroup: configuration.metrics.resourceGroup,
            start: now.addingTimeInterval(-reach), end: now.addingTimeInterval(60))
        let newest = series.flatMap(\.datapoints).filter { $0.value > 0 }.map(\.timestamp).max()
        return RunEvidence(lastSuccess: newest.map { .init(key: Timestamp.text($0), endedAt: $0) })
    }
}
