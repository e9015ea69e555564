// SPDX-License-Identifier: MIT

import HTTPTypes
import JSON
import Transport

/// One bucket of Object Storage (contract §7.1).
///
/// Names are checked before anything is sent. Answers that decide something (missing, changed, already there) are
/// results, not errors.
package struct ObjectStorage: Sendable {
    package let client: OCIClient
    package let namespace: String
    package let bucket: String

    /// Throws where namespace or bucket cannot be the name of one.
    package init(client: OCIClient, namespace: String, bucket: String) throws(OCIError) {
        try Self.check(namespace, key: "oci.namespace")
        try Self.check(bucket, key: "oci.bucket")
        self.client = client
        self.namespace = namespace
        self.bucket = bucket
    }

    /// GetNamespace: the tenancy's own, or that of the tenancy which owns `compartment`. It never changes.
    package static func namespace(of client: OCIClient, compartment: String? = nil) async throws(OCIError) -> String {
        var call = OCIClient.Call("GetNamespace", .objectStorage, .get, "/n")
        call.ask("compartmentId", compartment)
        let answer = try await client.send(call)
        guard let name = try answer.json().string, !name.isEmpty else {
            throw answer.unreadable("a JSON string was expected")
        }
        return name
    }

    /// HeadBucket: the bucket's ETag (empty where the answer has none); nil where there is no such bucket, or the
    /// policy hides it: OCI tells the two apart in no way.
    package func headBucket() async throws(OCIError) -> String? {
        var call = OCIClient.Call("HeadBucket", .objectStorage, .head, "/n/\(namespace)/b/\(bucket)")
        call.subject = bucket
        call.expected = [404]
        let reply = try await client.send(call).reply
        return reply.status == 404 ? nil : reply.headers[.eTag] ?? ""
    }

    /// GetBucket. The approximate values come only when asked for, and lag by hours.
    package func getBucket(fields: [BucketField] = []) async throws(OCIError) -> BucketProperties {
        var call = OCIClient.Call("GetBucket", .objectStorage, .get, "/n/\(namespace)/b/\(bucket)")
        call.subject = bucket
        call.ask("fields", fields.isEmpty ? nil : fields.map(\.rawValue).joined(separator: ","))
        let answer = try await client.send(call)
        return BucketProperties(try answer.json())
    }

    /// A call on one object; throws where the name cannot be that of one.
    func call(_ operation: String, _ method: HTTPRequest.Method, _ name: String) throws(OCIError) -> OCIClient.Call {
        try Self.check(object: name, operation: operation)
        var call = OCIClient.Call(operation, .objectStorage, method, "/n/\(namespace)/b/\(bucket)/o/\(name)")
        call.subject = name
        return call
    }

    /// 1–1,024 bytes of UTF-8 without NUL, LF, CR. `.` and `..` are refused: they would be path segments.
    static func check(object name: String, operation: String) throws(OCIError) {
        let bytes = Array(name.utf8)
        let problem: String? =
            switch bytes.count {
            case 0: "the object name is empty"
            case 1_025...: "the object name has \(bytes.count) bytes, 1024 are allowed"
            case _ where bytes.contains(where: { [0, 10, 13].contains($0) }): "the object name has a line end or NUL"
            case _ where name == "." || name == "..": "an object cannot be called '\(name)'"
            default: nil
            }
        if let problem { throw .unusable(operation: operation, problem: problem + "; choose another name") }
    }

    private static func check(_ name: String, key: String) throws(OCIError) {
        let isValid =
            (1...256).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { Wire.isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        guard !isValid else { return }
        throw .unusable(
            operation: key,
            problem: "'\(Wire.oneLine(name, limit: 80))' must be 1 to 256 letters, digits, '-', '_', '.'")
    }
}
