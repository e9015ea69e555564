// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import OCI

extension ObjectStorageService {
    func object(
        _ name: ObjectName, _ request: ServerRequest, in bucket: String, now: Date
    ) throws(ServiceError) -> ServerResponse {
        switch request.method {
        case "PUT": return try put(name, request, in: bucket, now: now)
        case "GET", "HEAD": return try get(name, request, in: bucket)
        case "DELETE":
            let marker = try store.delete(
                name, versionID: request.parameter("versionId"), ifMatch: request.header("if-match"), in: bucket,
                now: now)
            var response = ServerResponse(status: 204, headers: [("last-modified", WireTime.http(now))])
            if let marker {
                response["version-id"] = marker.versionID
                response["is-delete-marker"] = "true"
            }
            return response
        default: throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed on an object.")
        }
    }

    private static let kept = [
        "content-type", "content-language", "content-encoding", "content-disposition", "cache-control",
    ]

    private func put(
        _ name: ObjectName, _ request: ServerRequest, in bucket: String, now: Date
    ) throws(ServiceError) -> ServerResponse {
        guard request.header("content-length") != nil else {
            throw ServiceError(411, "MissingContentLength", "The Content-Length header is required.")
        }
        guard let digest = Digest.md5(request.body) else {
            throw ServiceError(500, "InternalServerError", "This machine's OpenSSL offers no MD5 (FIPS mode).")
        }
        let md5 = Base64.encode(digest)
        if let announced = request.header("content-md5"), announced != md5 {
            throw ServiceError(
                400, "UnmatchedContentMD5",
                "The computed MD5 of the request body (\(md5)) does not match the Content-MD5 header (\(announced))")
        }
        var headers = Self.kept.compactMap { name in request.header(name).map { (name: name, value: $0) } }
        if request.header("content-type") == nil { headers.append(("content-type", "application/octet-stream")) }
        headers += request.headers.compactMap { field in
            let name = field.name.canonicalName
            return name.hasPrefix("opc-meta-") ? (name, field.value) : nil
        }
        let checksum = try checksum(request)
        if let checksum { headers.append(checksum) }
        let version = try store.put(
            ObjectStore.Write(
                name: name, body: request.body, md5: md5, headers: headers, ifMatch: request.header("if-match"),
                ifNoneMatch: request.header("if-none-match")), in: bucket, now: now)
        return ServerResponse(
            status: 200,
            headers: [
                ("etag", version.etag), ("last-modified", WireTime.http(version.created)),
                ("opc-content-md5", md5), ("version-id", version.versionID),
            ] + (checksum.map { [$0] } ?? []))
    }

    /// The additional checksum asked for, compared with the client's where it sent one.
    private func checksum(_ request: ServerRequest) throws(ServiceError) -> (name: String, value: String)? {
        guard let algorithm = request.header("opc-checksum-algorithm") else { return nil }
        let name = "opc-content-\(algorithm.lowercased())"
        let value: String
        switch algorithm.uppercased() {
        case "SHA256": value = Base64.encode(Digest.sha256(request.body))
        case "SHA384":
            guard let digest = try? Digest.sha384(request.body) else {
                throw ServiceError(500, "InternalServerError", "This machine's OpenSSL offers no SHA-384.")
            }
            value = Base64.encode(digest)
        case "CRC32C": value = Base64.encode(CRC32C.checksum(request.body))
        default: throw .invalid("'\(algorithm)' is not a checksum algorithm.")
        }
        if let announced = request.header(name), announced != value {
            throw ServiceError(
                400, "UnmatchedContent\(algorithm.uppercased())",
                "The computed \(algorithm) of the request body (\(value)) does not match the \(name) header (\(announced))"
            )
        }
        return (name, value)
    }

    private func get(
        _ name: ObjectName, _ request: ServerRequest, in bucket: String
    ) throws(ServiceError) -> ServerResponse {
        let versionID = request.parameter("versionId")
        // One step for both: an overwrite in between must not look like a missing object.
        let found = request.method == "GET" ? try store.read(name, versionID: versionID, in: bucket) : nil
        let version = if let found { found.version } else { try store.find(name, versionID: versionID, in: bucket) }
        if let wanted = request.header("if-match") { try Precondition.match(wanted, version) }
        if let known = request.header("if-none-match"), known == version.etag || known == "*" {
            return ServerResponse(
                status: 304, headers: [("etag", version.etag), ("last-modified", WireTime.http(version.created))])
        }
        var response = ServerResponse(status: 200, headers: Self.describing(version))
        guard let body = found?.body else {
            response.announcedLength = version.size
            return response
        }
        guard let range = request.header("range") else {
            response.headers.append(("content-md5", version.md5))
            response.body = body
            return response
        }
        guard let part = Self.range(range, size: body.count) else {
            throw ServiceError(416, "InvalidRange", "The range '\(range)' cannot be satisfied.")
        }
        response.status = 206
        response.headers.append(("content-range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.count)"))
        response.body = Array(body[part])
        return response
    }

    private static func describing(_ version: StoredVersion) -> [(name: String, value: String)] {
        [
            ("etag", version.etag), ("last-modified", WireTime.http(version.created)), ("accept-ranges", "bytes"),
            ("version-id", version.versionID), ("storage-tier", "Standard"),
        ] + version.headers
    }

    /// `bytes=0-99`, `bytes=100-`, `bytes=-100`; nil where it lies outside or is no single range.
    private static func range(_ text: String, size: Int) -> Range<Int>? {
        guard text.hasPrefix("bytes="), !text.contains(",") else { return nil }
        let ends = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, size > 0 else { return nil }
        if ends[0].isEmpty {
            guard let last = Int(ends[1]), last > 0 else { return nil }
            return max(0, size - last)..<size
        }
        guard let first = Int(ends[0]), first < size else { return nil }
        guard !ends[1].isEmpty else { return first..<size }
        guard let last = Int(ends[1]), last >= first else { return nil }
        return first..<min(size, last + 1)
    }
}

/// CRC-32C (Castagnoli), bit by bit over a table of nibbles: checksums of test objects, not a fast path.
enum CRC32C {
    private static let table: [UInt32] = (0..<16).map { index in
        (0..<4).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }

    /// Four bytes, most significant first.
    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            crc = crc >> 4 ^ table[Int(crc & 15)]
            crc = crc >> 4 ^ table[Int(crc & 15)]
        }
        crc = ~crc
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> UInt32($0)) }
    }
}
