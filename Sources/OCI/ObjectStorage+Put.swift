// SPDX-License-Identifier: MIT

import HTTPTypes
import Transport

extension ObjectStorage {
    /// PutObject.
    ///
    /// - Parameters:
    ///   - contentType: always sent; the service keeps it.
    ///   - metadata: user metadata without the `opc-meta-` prefix; values are printable ASCII.
    ///   - checksum: send `Content-MD5`, and compare what the service says it stored (not possible in FIPS mode).
    /// A refused condition (412) is a result; every other refusal is thrown.
    package func put(
        _ name: String, _ bytes: [UInt8], contentType: String = "application/octet-stream",
        condition: Condition = .always, metadata: [(String, String)] = [], checksum: Bool = true
    ) async throws(OCIError) -> PutOutcome {
        var call = try call("PutObject", .put, name)
        call.body = bytes
        call.isUpload = true
        call.headers[.contentType] = contentType
        for (key, value) in metadata { try Self.add(key, value, to: &call) }
        switch condition {
        case .always: break
        case .ifAbsent: call.headers[.ifNoneMatch] = "*"
        case .ifMatch(let etag): call.headers[.ifMatch] = etag
        }
        call.expected = condition == .always ? [] : [412]
        let sum = checksum ? Digest.md5(bytes).map(Base64.encode) : nil
        call.headers[.contentMD5] = sum
        return try outcome(of: try await client.send(call), sum: sum)
    }

    private func outcome(of answer: OCIClient.Answer, sum: String?) throws(OCIError) -> PutOutcome {
        guard answer.reply.status != 412 else { return .conditionFailed(attempts: answer.attempts) }
        if let sum, let stored = answer.reply.headers[.opcContentMD5], stored != sum {
            throw answer.unreadable("it stored bytes with MD5 \(stored), \(sum) was sent")
        }
        guard let etag = answer.reply.headers[.eTag], !etag.isEmpty else { throw answer.unreadable("it has no etag") }
        return .stored(etag: etag, attempts: answer.attempts)
    }

    private static func add(_ key: String, _ value: String, to call: inout OCIClient.Call) throws(OCIError) {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        guard isPlain, value.first != " ", value.last != " ", let field = HTTPField.Name("opc-meta-" + key) else {
            throw .unusable(
                operation: call.title,
                problem: "metadata '\(Wire.oneLine(key, limit: 80))' must be a header name with a printable ASCII value"
            )
        }
        call.headers[field] = value
    }
}
