// SPDX-License-Identifier: MIT

import HTTPTypes
import Transport

extension ObjectStorage {
    /// GetObject: the bytes as they were put; no content coding is undone.
    ///
    /// Where the service gives an MD5 and the whole object was asked for, the bytes are checked against it.
    ///
    /// - Parameters:
    ///   - ifNoneMatch: an ETag; `.notModified` where the object still has it.
    ///   - versionID: of a versioned bucket; nil: the newest.
    ///   - range: first and last byte wanted, from 0.
    ///   - limitBytes: a longer object fails with `TransportError.tooLarge`.
    package func get(
        _ name: String, ifNoneMatch: String? = nil, versionID: String? = nil, range: ClosedRange<Int>? = nil,
        limitBytes: Int = 32 << 20
    ) async throws(OCIError) -> Lookup<StoredObject> {
        var call = try call("GetObject", .get, name)
        call.decodesContent = false
        call.responseLimitBytes = limitBytes
        call.ask("versionId", versionID)
        call.headers[.range] = range.map { "bytes=\($0.lowerBound)-\($0.upperBound)" }
        return try await look(up: call, name: name, ifNoneMatch: ifNoneMatch) { (answer) throws(OCIError) in
            let head = try Self.head(name, answer)
            try Self.verify(answer, head: head)
            return StoredObject(head: head, bytes: answer.reply.body)
        }
    }

    /// HeadObject: everything but the bytes.
    ///
    /// A 404 to HEAD says nothing more, so HeadBucket is asked whether it is the bucket that is missing.
    package func head(
        _ name: String, ifNoneMatch: String? = nil, versionID: String? = nil
    ) async throws(OCIError) -> Lookup<ObjectHead> {
        var call = try call("HeadObject", .head, name)
        call.decodesContent = false
        call.ask("versionId", versionID)
        return try await look(up: call, name: name, ifNoneMatch: ifNoneMatch) { (answer) throws(OCIError) in
            try Self.head(name, answer)
        }
    }

    /// DeleteObject. In a versioned bucket without `versionID` this adds a delete marker.
    package func delete(
        _ name: String, ifMatch: String? = nil, versionID: String? = nil
    ) async throws(OCIError) -> DeleteOutcome {
        var call = try call("DeleteObject", .delete, name)
        call.ask("versionId", versionID)
        call.headers[.ifMatch] = ifMatch
        call.expected = ifMatch == nil ? [] : [412]
        guard let answer = try await sendOrMissing(call) else { return .missing }
        return answer.reply.status == 412 ? .conditionFailed : .deleted
    }

    private func look<Value: Sendable>(
        up call: OCIClient.Call, name: String, ifNoneMatch: String?,
        _ read: (OCIClient.Answer) throws(OCIError) -> Value
    ) async throws(OCIError) -> Lookup<Value> {
        var call = call
        call.headers[.ifNoneMatch] = ifNoneMatch
        call.expected = ifNoneMatch == nil ? [] : [304]
        guard let answer = try await sendOrMissing(call) else { return .missing }
        return answer.reply.status == 304 ? .notModified : .found(try read(answer))
    }

    /// The answer, or nil where a 404 means that the object is missing.
    ///
    /// 404 with `ObjectNotFound` is that. With `BucketNotFound`, `NamespaceNotFound` or a code about permissions it
    /// is an error. With any other code, or none (HEAD), the bucket is asked for: if it is there, the object is
    /// missing. The code of a missing object is not documented (contract §11.2), hence the rule.
    private func sendOrMissing(_ call: OCIClient.Call) async throws(OCIError) -> OCIClient.Answer? {
        var call = call
        call.expectedMissing = ["ObjectNotFound"]
        do {
            let answer = try await client.send(call)
            return answer.reply.status == 404 ? nil : answer
        } catch .service(let failure) where failure.status == 404 && !Self.bucketCodes.contains(failure.code) {
            guard try await headBucket() == nil else { return nil }
            throw .service(
                failure.renamed(
                    code: "BucketNotFound",
                    message: "there is no bucket '\(bucket)' in namespace '\(namespace)', or the policy hides it"))
        }
    }

    private static let bucketCodes: Set<String> = [
        "BucketNotFound", "NamespaceNotFound", "NotAuthorizedOrNotFound", "NotAuthorized",
        "RelatedResourceNotAuthorizedOrNotFound",
    ]

    private static func head(_ name: String, _ answer: OCIClient.Answer) throws(OCIError) -> ObjectHead {
        guard let etag = answer.reply.headers[.eTag], !etag.isEmpty else { throw answer.unreadable("it has no etag") }
        return ObjectHead(name: name, reply: answer.reply, etag: etag)
    }

    private static func verify(_ answer: OCIClient.Answer, head: ObjectHead) throws(OCIError) {
        guard answer.reply.status == 200, let expected = head.md5, let sum = Digest.md5(answer.reply.body) else {
            return
        }
        let actual = Base64.encode(sum)
        guard actual != expected else { return }
        throw answer.unreadable("its MD5 is \(actual), the service says \(expected): the bytes were damaged")
    }
}

extension ServiceFailure {
    /// The same failure, told with what was found out afterwards.
    func renamed(code: String, message: String) -> ServiceFailure {
        ServiceFailure(
            operation: operation, status: status, code: code, message: message, requestID: requestID,
            clockSkew: clockSkew, attempts: attempts)
    }
}
