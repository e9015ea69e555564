// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import Synchronization

/// CreateTopic, GetTopic, ListTopics, UpdateTopic, DeleteTopic, PublishMessage.
extension NotificationsService {
    private static let nameLimit = 256

    func topics(
        _ request: ServerRequest, _ parts: [String], base: String, now: Date
    ) throws(ServiceError) -> ServerResponse {
        switch (request.method, parts.count) {
        case ("POST", 1): return try createTopic(request, base: base, now: now)
        case ("GET", 1): return try listTopics(request, base: base)
        case ("GET", 2): return Self.answer(try topic(parts[1]), base: base)
        case ("PUT", 2): return try updateTopic(parts[1], request, base: base)
        case ("DELETE", 2): return try deleteTopic(parts[1], request)
        case ("POST", 3) where parts[2] == "messages":
            return try publish(request, topic: try topic(parts[1]).id, now: now)
        default: throw .unknownOperation(request.method, request.path)
        }
    }

    private static func answer(_ topic: Topic, base: String) -> ServerResponse {
        .json(topic.json(base: base), headers: [("etag", topic.etag)])
    }

    func topic(_ id: String) throws(ServiceError) -> Topic {
        guard let found = state.withLock({ state in state.topics.first { $0.id == id } }) else {
            throw .notFoundOrDenied
        }
        return found
    }

    private func createTopic(_ request: ServerRequest, base: String, now: Date) throws(ServiceError) -> ServerResponse {
        let token = try RetryToken(request, now: now)
        let details = try request.json()
        guard let name = details["name"]?.string else { throw .missing("name") }
        guard let compartment = details["compartmentId"]?.string else { throw .missing("compartmentId") }
        guard AlarmAcceptance.isCompartment(compartment) else {
            throw .invalid("compartmentId must be a compartment's OCID.")
        }
        guard (1...Self.nameLimit).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            throw .invalid("name must have 1 to \(Self.nameLimit) letters, digits, '-' and '_'.")
        }
        let new = Topic(
            id: "ocid1.onstopic.oc1.\(Tenant.region).localoci\(AlarmRecord.newTag().filter { $0 != "-" })", name: name,
            compartment: compartment, description: details["description"]?.string, tags: Self.tags(details),
            token: token, now: now)
        let topic = try write { (state) throws(ServiceError) in
            if let token {
                for topic in state.topics {
                    if let earlier = topic.token, try earlier.isRepeated(by: token) { return topic }
                }
            }
            guard !state.topics.contains(where: { $0.name == name }) else {
                throw ServiceError(
                    409, "NotAuthorizedOrResourceAlreadyExists", "There is a topic '\(name)' in this tenancy already.")
            }
            state.topics.append(new)
            return new
        }
        return Self.answer(topic, base: base)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    static func tags(_ details: JSONValue) -> [JSONMember] {
        (details.object ?? []).filter { ["freeformTags", "definedTags"].contains($0.name) && !$0.value.isNull }
    }

    private func listTopics(_ request: ServerRequest, base: String) throws(ServiceError) -> ServerResponse {
        let isWanted = try request.compartmentFilter()
        let (id, name) = (request.parameter("id"), request.parameter("name"))
        let order = try request.choice("sortBy", ["TIMECREATED", "LIFECYCLESTATE"])
        let isActive = (request.parameter("lifecycleState") ?? "ACTIVE") == "ACTIVE"
        let found = state.withLock(\.topics).filter { topic in
            isActive && isWanted(topic.compartment) && (id == nil || topic.id == id)
                && (name == nil || topic.name == name)
        }
        let sorted = found.sorted { order == nil ? $0.name < $1.name : $0.created < $1.created }
        let ordered = try request.isDescending() ? sorted.reversed() : sorted
        return try ListPage(request).answer(ordered.map { $0.json(base: base) })
    }

    private func updateTopic(
        _ id: String, _ request: ServerRequest, base: String
    ) throws(ServiceError) -> ServerResponse {
        let details = try request.json()
        let topic = try write { (state) throws(ServiceError) in
            guard let index = state.topics.firstIndex(where: { $0.id == id }) else {
                throw ServiceError.notFoundOrDenied
            }
            try request.requireMatch(state.topics[index].etag)
            if let text = details["description"]?.string { state.topics[index].description = text }
            let tags = Self.tags(details)
            state.topics[index].tags.removeAll { old in tags.contains { $0.name == old.name } }
            state.topics[index].tags += tags
            state.topics[index].etag = AlarmRecord.newTag()
            return state.topics[index]
        }
        return Self.answer(topic, base: base)
    }

    /// Its subscriptions go with it.
    private func deleteTopic(_ id: String, _ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        try request.requireMatch(try topic(id).etag)
        try write { (state) throws(ServiceError) in
            state.topics.removeAll { $0.id == id }
            state.subscriptions.removeAll { $0.topic == id }
        }
        return ServerResponse(status: 204)
    }
}
