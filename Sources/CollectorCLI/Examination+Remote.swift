// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import OCIMetrics
import Transport

extension Examination {
    /// Name, address, TLS and HTTP in one HEAD request inside the source's limits, and the clock beside its own.
    func feed(_ transport: HTTPTransport) async -> [Finding] {
        let url = configuration.feed.url
        let limits: Collector.RateLimits = configuration.feed.rateLimits == .off ? .off : .polisen
        do throws(FileError) {
            let verdict = try CallLedger(path: live.state.calls, limits: limits).reserve(now: live.time.now())
            guard verdict == .granted else {
                return [
                    .skipped("feed", "\(url.host) was asked a moment ago, or its budget is used up (\(verdict.words))")
                ]
            }
        } catch {
            return [.skipped("feed", "the calls made cannot be noted, so none is made: \(error)")]
        }
        var call = HTTPCall(HTTPRequest(method: .head, scheme: url.scheme, authority: url.authority, path: url.target))
        (call.timeout, call.connectTimeout, call.allowsHTTP2) = (Self.patience, Self.patience, true)
        call.request.headerFields[.userAgent] =
            configuration.feed.userAgent ?? Product.token + (configuration.feed.contact.map { " (\($0))" } ?? "")
        let reply: Reply
        do throws(TransportError) {
            reply = try await transport.send(call)
        } catch {
            return [.fails("feed", cannot: "\(error)", fix: "curl -sSI \(url.text)")]
        }
        let time = clock(reply, host: url.host)
        // A server that knows no HEAD has answered, too.
        guard (200..<400).contains(reply.status) || reply.status == 405 else {
            return [
                .fails(
                    "feed", can: "connect to \(url.host)", cannot: "it answers HTTP \(reply.status)",
                    fix: "check feed.url, feed.contact and feed.user_agent")
            ] + time
        }
        let milliseconds = Int(reply.timing.total.seconds * 1_000)
        return [.ok("feed", "\(url.host) answers HTTP \(reply.status) in \(milliseconds) ms")] + time
    }

    /// OCI refuses signatures at 300 s; 60 s are worth a look (catalogue A15).
    private func clock(_ reply: Reply, host: String) -> [Finding] {
        guard let text = reply.headers[.date], let date = HTTPDate.parse(text) else {
            return [.skipped("clock", "\(host) does not tell the time")]
        }
        let skew = live.time.now().timeIntervalSince(date)
        let words = "\(Int(skew.rounded())) s from \(host)'s"
        if configuration.clock != nil { return [.skipped("clock", "moved by POLISEN_CLOCK: \(words)")] }
        return abs(skew) <= 60
            ? [.ok("clock", words)]
            : [.fails("clock", cannot: "sign requests: \(words)", fix: "timedatectl set-ntp true")]
    }

    /// Archive, credentials, Monitoring and Notifications.
    func cloud(_ transport: HTTPTransport) async -> [Finding] {
        let usesMonitoring = configuration.metrics.backends.contains(.oci)
        let isOCI = configuration.archive.backend == .oci
        var findings: [Finding] = isOCI ? [] : [directory]
        guard isOCI || usesMonitoring || configuration.notifications.topic != nil || post || notify else {
            return findings + [.skipped("credentials", "nothing here needs OCI")]
        }
        let archive = CloudArchive(live, transport)
        do throws(OCIError) {
            let source = try await archive.credentials(live.run)
            let vault = configuration.vault.isEnabled
            findings.append(credentials(source.origin))
            if vault { findings.append(.ok("vault", "its secrets can be read")) }
        } catch {
            let check = configuration.vault.isEnabled ? "vault" : "credentials"
            findings.append(
                .fails(
                    check, cannot: "\(error)",
                    fix: lacksCredentials
                        ? Self.handingOver : "polisen-collector config show; check oci.auth, vault.* and the policy"))
            return findings
        }
        if isOCI { findings.append(await bucket(archive)) }
        findings.append(await monitoring(archive, isUsed: usesMonitoring))
        findings += await alarms(archive, usesMonitoring: usesMonitoring)
        if let topic = configuration.notifications.topic { findings.append(await self.topic(topic, archive)) }
        return findings
    }

    /// The keys are credentials that systemd hands to its units, and this is none.
    private var lacksCredentials: Bool {
        let file = configuration.oci.configFile ?? ""
        return file.contains("CREDENTIALS_DIRECTORY") && live.environment["CREDENTIALS_DIRECTORY"] == nil
    }

    private static let handingOver =
        "systemd hands the keys to its units only: sudo systemd-run --pty --wait --collect -p User=polisen-collector "
        + "-p LoadCredential=oci:/etc/polisen-collector/oci polisen-collector doctor"

    /// What signs, and how long it will, where somebody has said so.
    private func credentials(_ origin: String) -> Finding {
        guard let end = configuration.oci.keyExpires else { return .ok("credentials", origin) }
        let days = end.timeIntervalSince(live.time.now()) / 86_400
        guard days < 3 else { return .ok("credentials", "\(origin); to be replaced in \(Int(days)) days") }
        let word = days < 0 ? "its time is over" : "its time is over in \(Words.age(days * 86_400))"
        return .fails(
            "credentials", can: origin, cannot: "be kept: \(word) (oci.key_expires)",
            fix: "replace the API key, then set oci.key_expires anew")
    }

    private var directory: Finding {
        let path = configuration.archive.path
        guard FileSystem.exists(path) else {
            let parent = FileSystem.parent(of: path)
            return FileSystem.exists(parent)
                ? .skipped("archive", "there is no \(path) yet: the first run makes it")
                : .fails("archive", cannot: "there is no \(parent)", fix: "correct archive.path, or mount it")
        }
        let probe = FileSystem.join(path, ".doctor/probe-\(HostFacts.processID)")
        do throws(FileError) {
            _ = try FileSystem.walk(path).count
            let isMade = try FileSystem.create(probe, Array("probe\n".utf8))
            try FileSystem.remove(probe)
            return isMade
                ? .ok("archive", "can list, create and remove in \(path)") : .ok("archive", "can list \(path)")
        } catch {
            return .fails("archive", cannot: "\(error)", fix: "ls -ld \(path); run as the service's user")
        }
    }

    private func bucket(_ archive: CloudArchive) async -> Finding {
        let name = configuration.oci.bucket
        var can: [String] = []
        do throws(OCIError) {
            let storage = try await archive.storage(live.run)
            guard try await storage.headBucket() != nil else {
                return .fails(
                    "archive", cannot: "see bucket \(name): it is not there, or the policy hides it",
                    fix: "allow … to manage objects and read buckets in the bucket's compartment")
            }
            can.append("see bucket \(name)")
            let probe = ".doctor/\(live.run)"
            guard case .stored(let tag, _) = try await storage.put(probe, Array("probe\n".utf8), condition: .ifAbsent)
            else {
                return .fails(
                    "archive", can: can.joined(separator: ", "), cannot: "create \(probe): somebody else's is there",
                    fix: "run doctor again")
            }
            can.append("create")
            guard case .conditionFailed = try await storage.put(probe, Array("twice\n".utf8), condition: .ifAbsent)
            else {
                return .fails(
                    "archive", can: can.joined(separator: ", "),
                    cannot: "rely on If-None-Match: an object was replaced",
                    fix: "this is no OCI Object Storage; do not collect into it")
            }
            can.append("claim")
            guard case .found = try await storage.get(probe) else {
                return .fails(
                    "archive", can: can.joined(separator: ", "), cannot: "read what was just written",
                    fix: "allow … to read objects (OBJECT_READ)")
            }
            can.append("read")
            _ = try await storage.delete(probe, ifMatch: tag)
            return .ok("archive", "can " + (can + ["remove"]).joined(separator: ", "))
        } catch {
            return .fails(
                "archive", can: can.isEmpty ? "" : "can " + can.joined(separator: ", "), cannot: "\(error)",
                fix: can.count < 4
                    ? "allow … to manage objects in the compartment where target.bucket.name='\(name)'"
                    : "OBJECT_DELETE is needed by doctor only; runs never delete")
        }
    }

    private func monitoring(_ archive: CloudArchive, isUsed: Bool) async -> Finding {
        guard post else {
            return .skipped("monitoring", isUsed ? "posting is tried with --post" : "metrics.backend is not oci")
        }
        guard let compartment = configuration.oci.compartment else {
            return .fails("monitoring", cannot: "post: oci.compartment is not set", fix: "set oci.compartment")
        }
        let point = MetricPoint(
            name: "checker_heartbeat",
            dimensions: ["job": configuration.job, "env": configuration.environment, "vantage": "doctor"], unit: "1",
            value: 1, at: live.time.now())
        let metrics = configuration.metrics
        let data = MetricData(
            identity: MetricIdentity(
                namespace: metrics.namespace, name: point.name, resourceGroup: metrics.resourceGroup,
                compartment: compartment, dimensions: point.dimensions), metadata: ["unit": "1"],
            datapoints: [.init(timestamp: point.at, value: point.value)])
        do throws(OCIError) {
            let result = try await archive.monitoring(live.run).post([data])
            guard let refused = result.failures.first else { return .ok("monitoring", "can post metrics") }
            return .fails(
                "monitoring", can: "reach the service", cannot: "post: \(refused.message)",
                fix: "polisen-collector metrics catalogue; check metrics.namespace")
        } catch {
            return .fails(
                "monitoring", cannot: "\(error)",
                fix: "allow … to use metrics in the compartment where target.metrics.namespace='\(metrics.namespace)'")
        }
    }

    private func topic(_ id: String, _ archive: CloudArchive) async -> Finding {
        do throws(OCIError) {
            let notifications = try await archive.notifications(live.run)
            let topic = try await notifications.topic(id)
            let name = topic.name ?? id
            guard notify else {
                return .ok("topic", "can see \(name), \(topic.state ?? "state unknown"); --notify publishes")
            }
            _ = try await notifications.publish(
                title: "polisen-collector doctor", body: "A test message from \(HostFacts.hostName). Nothing is wrong.",
                to: topic)
            return .ok("topic", "can publish to \(name)")
        } catch {
            return .fails("topic", cannot: "\(error)", fix: "allow … to use ons-topics in the topic's compartment")
        }
    }
}

extension Examination {
    /// A test message to the webhook, which shows its kind of error only: its address is a secret.
    func webhook(_ transport: HTTPTransport) async -> [Finding] {
        guard let address = configuration.notifications.webhook, notify else { return [] }
        let text = "polisen-collector doctor: a test message from \(HostFacts.hostName). Nothing is wrong."
        let body: JSONValue = [
            "schema": 1, "text": .string(text), "title": "polisen-collector doctor", "body": .string(text),
            "reason": "test", "job": .string(configuration.job), "environment": .string(configuration.environment),
        ]
        if let problem = await NoticeSender.post(body, to: address, over: transport) {
            return [.fails("webhook", cannot: "tell: \(problem)", fix: "check notifications.webhook with its service")]
        }
        return [.ok("webhook", "takes a message")]
    }
}

extension CallLedger.Verdict {
    fileprivate var words: String {
        switch self {
        case .granted: "granted"
        case .wait(let time): "again in \(Words.age(time.seconds + 1))"
        case .heldOff(let until): "it wants no call before \(Words.time(until))"
        case .exhausted(let window, let until): "this \(window.rawValue)'s calls are made, until \(Words.time(until))"
        }
    }
}
