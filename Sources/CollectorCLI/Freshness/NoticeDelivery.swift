// SPDX-License-Identifier: MIT

import FoundationEssentials
import Freshness
import HTTPTypes
import JSON
import Ledger
import Logging
import OCI
import Transport

/// Brings notices to the topic and the webhook, each within 10 seconds, side by side.
struct NoticeDelivery: Sendable {
    let live: Live
    let transport: HTTPTransport
    let verdict: Verdict
    let vantage: String
    /// Whether what cannot be delivered is remembered for the next check.
    let isKept: Bool

    private static let limit = Duration.seconds(10)

    /// What is still to be delivered stays in `waiting`.
    func deliver(_ waiting: inout [WaitingNotice]) async {
        let jobs = waiting.indices.flatMap { index in
            waiting[index].channels.map { (index: index, channel: $0, notice: waiting[index].notice) }
        }
        let delivered = await withTaskGroup(of: (Int, NoticeChannel, String?).self) { group in
            for job in jobs {
                group.addTask { (job.index, job.channel, await send(job.notice, over: job.channel)) }
            }
            var results: [(Int, NoticeChannel, String?)] = []
            for await result in group { results.append(result) }
            return results
        }
        for (index, channel, problem) in delivered {
            let notice = waiting[index].notice
            if let problem {
                waiting[index].failures += 1
                live.log.logger.error(
                    "a notice could not be delivered: \(isKept ? "the next check tries again" : "told anew in an hour")",
                    metadata: [
                        "notice.channel": "\(channel.rawValue)", "notice.title": "\(notice.title)",
                        "notice.failures": .stringConvertible(waiting[index].failures), "error": "\(problem)",
                    ])
            } else {
                waiting[index].channels.removeAll { $0 == channel }
                live.log.logger.info(
                    "a notice was delivered",
                    metadata: ["notice.channel": "\(channel.rawValue)", "notice.title": "\(notice.title)"])
            }
        }
        waiting.removeAll { $0.channels.isEmpty }
    }

    /// nil: delivered.
    private func send(_ notice: Notice, over channel: NoticeChannel) async -> String? {
        switch channel {
        case .topic: await publish(notice)
        case .webhook: await post(notice)
        }
    }

    private func publish(_ notice: Notice) async -> String? {
        guard let topic = live.configuration.notifications.topic else { return nil }
        var limited = live
        limited.deadline = live.time.uptime() + Self.limit
        do throws(OCIError) {
            let notifications = Notifications(client: try await CloudArchive(limited, transport).signedClient(live.run))
            _ = try await notifications.publish(
                title: notice.title, body: notice.body, to: try await notifications.topic(topic))
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func post(_ notice: Notice) async -> String? {
        guard let secret = live.configuration.notifications.webhook else { return nil }
        return await Self.post(body(notice), to: secret, over: transport)
    }

    /// Posts to a webhook; nil: it took it. The address is a secret: of an error only its kind is told.
    static func post(_ body: JSONValue, to address: Secret, over transport: HTTPTransport) async -> String? {
        guard let url = try? WebURL(address.revealText()) else { return "notifications.webhook is no URL" }
        var call = HTTPCall(
            HTTPRequest(
                method: .post, scheme: url.scheme, authority: url.authority, path: url.target,
                headerFields: [.contentType: "application/json"]), body: body.encoded())
        call.timeout = limit
        call.connectTimeout = .seconds(5)
        call.responseLimitBytes = 1 << 20
        do throws(TransportError) {
            let reply = try await transport.send(call)
            return (200...299).contains(reply.status) ? nil : "the webhook answered with status \(reply.status)"
        } catch {
            // The beginning of a long answer is an answer.
            if case .tooLarge = error { return nil }
            return "the webhook cannot be reached (\(error.reason))"
        }
    }

    /// `text` is what chat services show.
    private func body(_ notice: Notice) -> JSONValue {
        [
            "schema": 1, "text": .string(notice.title + "\n" + notice.body), "title": .string(notice.title),
            "body": .string(notice.body), "reason": .string(notice.reason.rawValue),
            "state": .string(verdict.state.rawValue), "stale": .bool(verdict.isStale),
            "alarming": .bool(verdict.isAlarming), "job": .string(live.configuration.job),
            "environment": .string(live.configuration.environment), "vantage": .string(vantage),
            "checked_at": .string(Timestamp.text(live.time.now())),
        ]
    }
}
