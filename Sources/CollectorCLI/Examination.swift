// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import HTTPTypes
import JSON
import JournalLogging
import Ledger
import OCI
import OCIMetrics
import Systemd
import Transport

/// The checks of `doctor`, from this host outwards.
struct Examination: Sendable {
    let live: Live
    let post: Bool
    let notify: Bool
    var configuration: Configuration { live.configuration }

    /// How long each request may take.
    static let patience = Duration.seconds(10)

    init(_ configuration: Configuration, environment: [String: String], post: Bool, notify: Bool) {
        var live = Live(configuration, environment: environment)
        live.deadline = live.time.uptime() + .seconds(60)
        self.live = live
        self.post = post
        self.notify = notify
    }

    func run() async -> [Finding] {
        var findings = [configurationCheck] + host
        let transport: HTTPTransport
        do throws(TransportError) {
            transport = try live.transport()
            findings.append(try curl)
        } catch {
            findings.append(.fails("libcurl", cannot: "\(error)", fix: "apt install libcurl4 ca-certificates"))
            return findings
        }
        findings += await feed(transport)
        findings += await webhook(transport)
        findings += await cloud(transport)
        return findings
    }

    static var cryptography: Finding {
        do throws(CryptoError) {
            try Digest.require()
            let words = "\(CryptoVersion.text) hashes and signs; \(CryptoVersion.least) is needed"
            return CryptoVersion.isEnough
                ? .ok("libcrypto", words) : .fails("libcrypto", cannot: words, fix: "apt install libssl3")
        } catch {
            return .fails("libcrypto", cannot: "\(error)", fix: "apt install libssl3")
        }
    }

    private var curl: Finding {
        get throws(TransportError) {
            let version = try CurlVersion.loaded()
            let known = ([version.tls ?? "no TLS"] + version.features).joined(separator: ", ")
            let words = "\(version.text) (\(known)); \(CurlVersion.least) is needed"
            guard version.isEnough, version.tls != nil else {
                return .fails("libcurl", cannot: "make transfers: \(words)", fix: "apt install libcurl4")
            }
            return .ok("libcurl", words + "; trusts \(configuration.tlsCAFile ?? "the system's authorities")")
        }
    }

    private var configurationCheck: Finding {
        let warnings = configuration.warnings
        let said = "valid (\(configuration.file ?? "no file, defaults and environment"))"
        guard let first = warnings.first else { return .ok("configuration", said) }
        return .ok("configuration", "\(said); \(warnings.count) warning\(warnings.count == 1 ? "" : "s"): \(first)")
    }

    private var host: [Finding] {
        [state, ledger, disk, library, journal, suppressed] + timers + [reportTimer, objectives, notice]
    }

    private var state: Finding {
        let place = live.state.root
        let probe = FileSystem.join(place, ".doctor-\(HostFacts.processID)")
        do throws(FileError) {
            try FileSystem.makeDirectories(place)
            try FileSystem.replace(probe, Array("probe\n".utf8))
            guard try FileSystem.read(probe) == Array("probe\n".utf8) else {
                return .fails(
                    "state", cannot: "\(place) gives back other bytes than were written", fix: "check the disk")
            }
            let lock = try FileLock.tryAcquire(probe)
            lock?.release()
            try FileSystem.remove(probe)
            guard lock != nil else {
                return .fails(
                    "state", can: "write \(place)", cannot: "lock there", fix: "use a file system with flock(2)")
            }
            let run = try FileLock.tryAcquire(live.state.lock)
            run?.release()
            return .ok("state", "can write, fsync and lock in \(place)\(run == nil ? "; a run is at work" : "")")
        } catch {
            // Told below; the probe may not even be there.
            try? FileSystem.remove(probe)
            return .fails("state", cannot: "\(error)", fix: Self.giveBack(error, place))
        }
    }

    /// What to type where `error` is about a file in the way that somebody else, root as a rule, has made there.
    private static func giveBack(_ error: FileError, _ place: String) -> String {
        let isAnothers = FileSystem.exists(error.path) && !HostFacts.owns(error.path)
        return error.isForbidden && isAnothers && HostFacts.owns(place) && error.path != place
            ? "sudo chown --reference=\(place) \(error.path)" : "ls -ld \(place); run as the service's user"
    }

    private var ledger: Finding {
        do throws(FileError) {
            let history = try RunHistory(RunLedger(statePath: live.state.root))
            guard history.damaged.isEmpty else {
                return .fails(
                    "ledger", can: "read \(history.runs.count) runs", cannot: "\(history.damaged[0])",
                    fix: "leave it: it does no harm; new runs are recorded behind it")
            }
            let last = history.last.map { ", the last at \(Words.time($0.startedAt))" } ?? ": no run yet"
            return .ok("ledger", "can be read\(last)")
        } catch {
            return .fails("ledger", cannot: "\(error)", fix: "ls -l \(live.state.root)/ledger")
        }
    }

    /// Less than this and the next month may not fit.
    private static let leastFreeBytes = 100 << 20

    private var disk: Finding {
        do throws(FileError) {
            let free = try FileSystem.freeBytes(FileSystem.exists(live.state.root) ? live.state.root : "/")
            let text = "\(free >> 20) MiB free for \(live.state.root)"
            return free >= Self.leastFreeBytes
                ? .ok("disk", text)
                : .fails("disk", cannot: "only \(text)", fix: "df -h \(live.state.root); free 100 MiB")
        } catch {
            return .fails("disk", cannot: "\(error)", fix: "df -h \(live.state.root)")
        }
    }

    private var journal: Finding {
        guard JournalDestination.isAvailable else {
            return .skipped("journald", "no journald or libsystemd here: the log goes to standard error")
        }
        let journal = JournalDestination()
        var entry = JournalEntry()
        entry.add(JournalField.message, "doctor: journald can be reached")
        entry.add(JournalField.priority, "7")
        entry.add(JournalField.identifier, Product.name)
        journal.send(entry)
        guard journal.flush(within: .seconds(1)), journal.dropped == 0 else {
            return .fails(
                "journald", cannot: "it took no entry within a second", fix: "systemctl status systemd-journald")
        }
        return .ok("journald", "takes entries")
    }

    private var notice: Finding {
        let notifications = configuration.notifications
        if notifications.topic != nil || notifications.webhook != nil {
            let places = [("a topic", notifications.topic != nil), ("a webhook", notifications.webhook != nil)]
            let named = places.filter(\.1).map(\.0).joined(separator: " and ")
            return .ok("notices", "\(named) would be told\(notify ? "" : "; --notify tries it")")
        }
        return .skipped("notices", "nobody would be told: set notifications.topic or notifications.webhook")
    }
}
