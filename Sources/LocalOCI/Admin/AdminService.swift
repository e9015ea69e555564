// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Synchronization

/// `/local/…`: clock, faults and a look behind the scenes, for whoever drives a test or a demo. Nothing here is signed.
struct AdminService: Sendable {
    let cloud: LocalCloud

    func answer(_ request: ServerRequest) -> ServerResponse {
        var response: ServerResponse
        do throws(ServiceError) {
            response = try route(request)
        } catch {
            response = error.response
        }
        response.date = WireTime.http(cloud.clock.now)
        return response
    }

    private func route(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        switch (request.method, request.path) {
        case ("GET", "/local/clock"): return clock()
        case ("POST", "/local/clock"): return try setClock(try request.json())
        case ("GET", "/local/faults"): return .json(.array(cloud.faults.all().map(\.json)))
        case ("POST", "/local/faults"): return try addFaults(try request.json())
        case ("DELETE", "/local/faults"):
            cloud.faults.clear()
            return ServerResponse(status: 204)
        case ("GET", "/local/requests"):
            let wanted = request.parameter("service")
            let entries = cloud.log.all().filter { wanted == nil || $0.service.rawValue == wanted }
            return .json(.array(entries.map(\.json)))
        case ("DELETE", "/local/requests"):
            cloud.log.clear()
            return ServerResponse(status: 204)
        case ("GET", "/local/metrics"): return .json(.array(metrics(request).map(\.json)))
        case ("DELETE", "/local/metrics"):
            try cloud.monitoring.clear()
            return ServerResponse(status: 204)
        case ("GET", "/local/messages"):
            try cloud.alarms.catchUp(now: cloud.clock.now)
            return .json(.array(cloud.notifications.all().map(\.json)))
        case ("DELETE", "/local/messages"):
            try cloud.notifications.clear()
            return ServerResponse(status: 204)
        case ("GET", "/local/alarms"):
            try cloud.alarms.catchUp(now: cloud.clock.now)
            return .json(.array(cloud.alarms.overview()))
        case ("POST", "/local/alarms/evaluate"): return try evaluate()
        case ("GET", "/local/subscriptions"): return .json(.array(subscriptions()))
        case ("GET", "/local/deliveries"): return .json(.array(cloud.notifications.deliveries.all().map(\.json)))
        case ("DELETE", "/local/deliveries"):
            cloud.notifications.deliveries.clear()
            return ServerResponse(status: 204)
        case ("PUT", let path) where path.hasPrefix("/local/secrets/"):
            cloud.secrets.set(
                PercentCoding.decode(path.dropFirst("/local/secrets/".count)), request.body, now: cloud.clock.now,
                expires: request.parameter("expires").flatMap(WireTime.date(rfc3339:)))
            return ServerResponse(status: 204)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    /// Each with the links its receiver would follow.
    private func subscriptions() -> [JSONValue] {
        let base = cloud.url.withLock { $0 }
        return cloud.notifications.state.withLock(\.subscriptions).map { subscription in
            .object(
                (subscription.summary.object ?? []) + [
                    JSONMember("confirmation_url", .string(subscription.link("confirmation", base: base))),
                    JSONMember("unsubscription_url", .string(subscription.link("unsubscription", base: base))),
                ])
        }
    }

    private func metrics(_ request: ServerRequest) -> [MetricPoint] {
        let name = request.parameter("name")
        return cloud.monitoring.all().filter { name == nil || $0.name == name }
    }

    private func clock() -> ServerResponse {
        .json(["now": .string(WireTime.rfc3339(cloud.clock.now)), "rate": .double(cloud.clock.rate)])
    }

    private func setClock(_ details: JSONValue) throws(ServiceError) -> ServerResponse {
        let now: Date
        if let text = details["now"]?.string {
            guard let date = WireTime.date(rfc3339: text) else { throw .invalid("now is no RFC 3339 date: '\(text)'.") }
            now = date
        } else if let seconds = details["advance_s"]?.double {
            now = cloud.clock.now.addingTimeInterval(seconds)
        } else {
            now = cloud.clock.now
        }
        let rate = details["rate"]?.double ?? cloud.clock.rate
        guard (0...1_000_000).contains(rate) else { throw .invalid("rate must be between 0 and 1000000.") }
        cloud.clock.set(now, rate: rate)
        try cloud.alarms.catchUp(now: cloud.clock.now)
        return clock()
    }

    /// Evaluates all alarms up to now, minute by minute, and shows what they said.
    private func evaluate() throws(ServiceError) -> ServerResponse {
        let now = cloud.clock.now
        let progress = try cloud.alarms.catchUp(now: now)
        return .json([
            "now": .string(WireTime.rfc3339(now)), "evaluations": .int(progress.evaluations),
            "messages": .array(progress.messages.map(\.json)),
        ])
    }

    /// One fault or an array of them.
    private func addFaults(_ details: JSONValue) throws(ServiceError) -> ServerResponse {
        var faults: [Fault] = []
        for element in details.array ?? [details] { faults.append(try Fault(json: element)) }
        let ids = faults.map { JSONValue.int(cloud.faults.add($0)) }
        return .json(["ids": .array(ids)])
    }
}
