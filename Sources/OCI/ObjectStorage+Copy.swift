// SPDX-License-Identifier: MIT

import HTTPTypes
import JSON
import Transport

extension ObjectStorage {
    /// Where a copy goes; nil members are those of the source.
    package struct CopyTarget: Sendable, Hashable {
        package var name: String
        package var bucket: String?
        package var namespace: String?
        /// A region's identifier.
        package var region: String?
        package var condition = Condition.always

        package init(name: String) { self.name = name }
    }

    /// Work the service does after it answered.
    package struct WorkRequest: Sendable, Hashable {
        package let id: String
        /// `ACCEPTED` `IN_PROGRESS` `FAILED` `COMPLETED` `CANCELING` `CANCELED`, or a text of later years.
        package let status: String
        /// 0–100.
        package let percentComplete: Double?
        /// When the service wants to be asked next, in seconds.
        package let retryAfter: Int?

        package var isOver: Bool { ["FAILED", "COMPLETED", "CANCELED"].contains(status) }
    }

    /// CopyObject: begins a copy and gives the id of its work request.
    ///
    /// Copies between regions need a policy for the Object Storage service itself.
    package func copy(_ name: String, to target: CopyTarget, ifMatch: String? = nil) async throws(OCIError) -> String {
        try Self.check(object: name, operation: "CopyObject")
        try Self.check(object: target.name, operation: "CopyObject")
        var call = OCIClient.Call("CopyObject", .objectStorage, .post, "/n/\(namespace)/b/\(bucket)/actions/copyObject")
        call.subject = name
        let (match, noneMatch): (String?, String?) =
            switch target.condition {
            case .always: (nil, nil)
            case .ifAbsent: (nil, "*")
            case .ifMatch(let etag): (etag, nil)
            }
        call.body = JSONValue.present([
            ("sourceObjectName", .string(name)), ("sourceObjectIfMatchETag", ifMatch.map(JSONValue.string)),
            ("destinationRegion", .string(target.region ?? client.endpoints.region.identifier)),
            ("destinationNamespace", .string(target.namespace ?? namespace)),
            ("destinationBucket", .string(target.bucket ?? bucket)), ("destinationObjectName", .string(target.name)),
            ("destinationObjectIfMatchETag", match.map(JSONValue.string)),
            ("destinationObjectIfNoneMatchETag", noneMatch.map(JSONValue.string)),
        ]).encoded()
        let answer = try await client.send(call)
        guard let id = answer.reply.headers[.opcWorkRequestID], !id.isEmpty else {
            throw answer.unreadable("it has no opc-work-request-id")
        }
        return id
    }

    /// GetWorkRequest.
    package func workRequest(_ id: String) async throws(OCIError) -> WorkRequest {
        var call = OCIClient.Call("GetWorkRequest", .objectStorage, .get, "/workRequests/\(id)")
        call.subject = id
        let answer = try await client.send(call)
        let body = try answer.json()
        return WorkRequest(
            id: id, status: try answer.text("status", of: body), percentComplete: body["percentComplete"]?.double,
            retryAfter: answer.reply.headers[.retryAfter].flatMap { Int($0) })
    }

    /// ListWorkRequestErrors: `code: message`, one each.
    package func workRequestErrors(_ id: String) async throws(OCIError) -> [String] {
        var call = OCIClient.Call("ListWorkRequestErrors", .objectStorage, .get, "/workRequests/\(id)/errors")
        call.subject = id
        let body = try await client.send(call).json()
        return (body.array ?? body.list("items")).map { error in
            let said = [error.text("code"), error.text("message")].compactMap { $0 }.joined(separator: ": ")
            return Wire.oneLine(said, limit: ServiceErrorBody.limit)
        }
    }

    /// Asks every few seconds until the work is over or the client's deadline passes.
    ///
    /// Throws `unusable` with the service's own errors where the work failed.
    package func finish(_ id: String) async throws(OCIError) -> WorkRequest {
        while true {
            let work = try await workRequest(id)
            guard !work.isOver else { return try await succeeded(work) }
            do {
                try await client.time.sleep(pause(work))
            } catch {
                throw .transport(.cancelled, operation: "GetWorkRequest \(id)", attempts: 1)
            }
        }
    }

    /// What the service asks for, 1–60 s, and not past the deadline: the question after it then says so.
    private func pause(_ work: WorkRequest) -> Duration {
        let pause = Duration.seconds(min(max(work.retryAfter ?? 2, 1), 60))
        guard let deadline = client.deadline else { return pause }
        return max(.zero, min(pause, deadline - client.time.uptime()))
    }

    private func succeeded(_ work: WorkRequest) async throws(OCIError) -> WorkRequest {
        guard work.status != "COMPLETED" else { return work }
        let errors = try await workRequestErrors(work.id)
        let said = errors.isEmpty ? "no reason given" : errors.joined(separator: "; ")
        throw .unusable(operation: "work request \(work.id)", problem: "it ended as \(work.status): \(said)")
    }

    /// RestoreObjects: makes an archived object readable for `hours`. Watch `head(_:).archivalState`.
    package func restore(_ name: String, hours: Int = 24, versionID: String? = nil) async throws(OCIError) {
        try Self.check(object: name, operation: "RestoreObjects")
        var call = OCIClient.Call(
            "RestoreObjects", .objectStorage, .post, "/n/\(namespace)/b/\(bucket)/actions/restoreObjects")
        call.subject = name
        call.body = JSONValue.present([
            ("objectName", .string(name)), ("hours", .int(hours)), ("versionId", versionID.map(JSONValue.string)),
        ]).encoded()
        _ = try await client.send(call)
    }
}
