// SPDX-License-Identifier: MIT

import FoundationEssentials
import Freshness
import JSON
import Ledger
import Logging
import Transport

/// Brings notices to the topic and the webhook, each within 10 seconds, side by side.
struct NoticeDelivery: Sendable {
    let live: Live
    let transport: HTTPTransport
    let verdict: Verdict
    let vantage: String
    /// Whether what cannot be delivered is remembered for the next check.
    let isKept: Bool

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
        await NoticeSender(live: live, transport: transport).send(
            notice.title, notice.body, body(notice), over: channel)
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
