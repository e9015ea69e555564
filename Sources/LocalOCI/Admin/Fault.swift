// SPDX-License-Identifier: MIT

import JSON

/// A disturbance on demand: which requests it hits, how often, and what it does to them.
struct Fault: Sendable, Hashable {
    enum Drop: String, Sendable, Hashable {
        /// The connection closes before anything is done.
        case before
        /// The work is done, the reply is lost.
        case after
    }

    struct Match: Sendable, Hashable {
        var service: ServiceName?
        /// Start of the target, still encoded.
        var pathPrefix: String?
        var method: String?

        func hits(_ request: ServerRequest, _ service: ServiceName) -> Bool {
            if let wanted = self.service, wanted != service { return false }
            if let method, method != request.method { return false }
            if let pathPrefix, !request.target.hasPrefix(pathPrefix) { return false }
            return true
        }
    }

    /// What happens; parts can be combined.
    struct Action: Sendable, Hashable {
        var status: Int?
        var code = ""
        var message = ""
        /// Added to the answer, whatever it is.
        var headers: [String: String] = [:]
        var latencyMilliseconds: Int?
        var drop: Drop?
        var truncateBytes: Int?
        var dripBytesPerSecond: Int?
        /// In place of the real body, with status 200 unless `status` says another.
        var body: String?
        var contentType = "text/html"
        /// So many of the metrics posted fail inside the 200.
        var partialFailure: Int?
        /// The service's clock is ahead by so many seconds, for checking signatures and in `date`.
        var skewSeconds: Double?
    }

    var id = 0
    var match = Match()
    /// Requests still to be hit; nil for all.
    var times: Int?
    /// Matching requests still to be let through first.
    var skip = 0
    var action = Action()
    /// Requests hit so far.
    var hits = 0

    /// Whether this request is to be hit; counts it.
    mutating func take(_ request: ServerRequest, _ service: ServiceName) -> Bool {
        guard times != 0, match.hits(request, service) else { return false }
        if skip > 0 {
            skip -= 1
            return false
        }
        times = times.map { $0 - 1 }
        hits += 1
        return true
    }
}

extension Fault {
    /// Reads `{"match":{…},"times":N,"skip":M,"action":{…}}`. Unknown members and values are errors, so that a typing
    /// mistake does not make a test pass. Without `times` it hits once; `"times": null` hits for ever.
    init(json: JSONValue) throws(ServiceError) {
        try Self.refuseUnknown(json, ["match", "times", "skip", "action"])
        times = json["times"] == nil ? 1 : json["times"]?.int
        skip = json["skip"]?.int ?? 0
        match = try Self.match(json["match"] ?? [:])
        guard let wanted = json["action"] else { throw .missing("action") }
        action = try Self.action(wanted)
    }

    private static func match(_ json: JSONValue) throws(ServiceError) -> Match {
        try refuseUnknown(json, ["service", "path", "method"])
        var match = Match(pathPrefix: json["path"]?.string, method: json["method"]?.string)
        if let name = json["service"]?.string {
            guard let service = ServiceName(rawValue: name), service != .local else {
                throw .invalid(
                    "There is no service '\(name)'; there are: "
                        + ServiceName.allCases.map(\.rawValue).joined(separator: " "))
            }
            match.service = service
        }
        return match
    }

    private static func action(_ json: JSONValue) throws(ServiceError) -> Action {
        try refuseUnknown(
            json,
            [
                "status", "code", "message", "headers", "retry_after", "latency_ms", "drop", "truncate_bytes", "drip",
                "body", "content_type", "partial_failure", "skew_s",
            ])
        var action = Action()
        action.status = json["status"]?.int
        action.code = json["code"]?.string ?? ""
        action.message = json["message"]?.string ?? ""
        for member in json["headers"]?.object ?? [] { action.headers[member.name.lowercased()] = member.value.string }
        if let after = json["retry_after"] {
            action.headers["retry-after"] = after.string ?? after.int.map(String.init)
        }
        action.latencyMilliseconds = json["latency_ms"]?.int
        action.truncateBytes = json["truncate_bytes"]?.int
        action.dripBytesPerSecond = json["drip"]?.int
        action.body = json["body"]?.string
        action.contentType = json["content_type"]?.string ?? action.contentType
        action.partialFailure = json["partial_failure"]?.int
        action.skewSeconds = json["skew_s"]?.double
        if let drop = json["drop"]?.string {
            guard let drop = Drop(rawValue: drop) else {
                throw .invalid("'drop' is 'before' or 'after', not '\(drop)'.")
            }
            action.drop = drop
        }
        guard action != Action() else { throw .invalid("The action does nothing.") }
        return action
    }

    private static func refuseUnknown(_ json: JSONValue, _ known: [String]) throws(ServiceError) {
        guard let members = json.object else { throw .invalid("An object is needed here.") }
        for member in members where !known.contains(member.name) {
            throw .invalid("There is no '\(member.name)' here; there are: \(known.joined(separator: " "))")
        }
    }

    var json: JSONValue {
        [
            "id": .int(id), "times": .optional(times), "skip": .int(skip), "hits": .int(hits),
            "match": [
                "service": .optional(match.service?.rawValue), "path": .optional(match.pathPrefix),
                "method": .optional(match.method),
            ],
        ]
    }
}
