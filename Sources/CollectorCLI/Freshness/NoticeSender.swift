// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import Transport

/// Sends a notice to the topic or the webhook that the configuration names, within 10 seconds each.
struct NoticeSender: Sendable {
    let live: Live
    let transport: HTTPTransport

    private static let limit = Duration.seconds(10)

    /// nil: delivered.
    ///
    /// - Parameter json: what the webhook gets.
    func send(_ title: String, _ body: String, _ json: JSONValue, over channel: NoticeChannel) async -> String? {
        switch channel {
        case .topic: await publish(title, body)
        case .webhook: await post(json)
        }
    }

    private func publish(_ title: String, _ body: String) async -> String? {
        guard let topic = live.configuration.notifications.topic else { return nil }
        var limited = live
        limited.deadline = live.time.uptime() + Self.limit
        do throws(OCIError) {
            let notifications = Notifications(client: try await CloudArchive(limited, transport).signedClient(live.run))
            _ = try await notifications.publish(title: title, body: body, to: try await notifications.topic(topic))
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func post(_ body: JSONValue) async -> String? {
        guard let secret = live.configuration.notifications.webhook else { return nil }
        return await Self.post(body, to: secret, over: transport)
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
}

extension Configuration.Notifications {
    /// Where people are told.
    var channels: [NoticeChannel] {
        var channels: [NoticeChannel] = []
        if topic != nil { channels.append(.topic) }
        if webhook != nil { channels.append(.webhook) }
        return channels
    }
}
