// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import OCI
import Synchronization

/// Object Storage's part of the wire: buckets, objects, listings, copies (contract §7.1).
struct ObjectStorageService: Sendable {
    let store: ObjectStore

    func answer(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        let raw = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let parts = raw.map { PercentCoding.decode($0) }
        if parts.first == "workRequests" { return try workRequest(parts, now: now) }
        guard parts.count > 1, parts != ["n", ""] else { return try getNamespace(request) }
        guard parts[1] == store.namespace else {
            throw ServiceError(
                404, "NamespaceNotFound", "You do not have authorization to use the namespace '\(parts[1])'")
        }
        guard parts.count > 2, parts[2] == "b" else { throw .unknownOperation(request.method, request.path) }
        guard parts.count > 3, !parts[3].isEmpty else { return try buckets(request, now: now) }
        guard parts.count > 4 else { return try bucket(parts[3], request, now: now) }
        switch parts[4] {
        case "o" where parts.count == 5 || parts.count == 6 && parts[5].isEmpty:
            return try list(request, in: parts[3])
        case "o":
            // Older SDKs leave slashes raw: everything behind `/o/` is the name.
            let name = PercentCoding.bytes(raw.dropFirst(5).joined(separator: "/"))
            guard let name = ObjectName(name) else {
                throw ServiceError(400, "InvalidObjectName", "The object name is not valid.")
            }
            return try object(name, request, in: parts[3], now: now)
        case "objectversions": return try listVersions(request, in: parts[3])
        case "actions" where parts.last == "copyObject": return try copy(request, from: parts[3], now: now)
        default:
            throw ServiceError(501, "MethodNotImplemented", "local-oci does not do \(request.method) \(request.path).")
        }
    }

    // MARK: Buckets

    private func getNamespace(_ request: ServerRequest) throws(ServiceError) -> ServerResponse {
        guard request.method == "GET" else { throw .unknownOperation(request.method, request.path) }
        return .json(.string(store.namespace))
    }

    private func buckets(_ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        switch request.method {
        case "GET":
            return .json(
                .array(
                    store.buckets().map { bucket in
                        [
                            "namespace": .string(store.namespace), "name": .string(bucket.name),
                            "compartmentId": .string(bucket.compartment), "createdBy": "local-oci",
                            "timeCreated": .string(WireTime.rfc3339(bucket.created)), "etag": .string(bucket.etag),
                        ]
                    }))
        case "POST":
            let details = try request.json()
            guard let name = details["name"]?.string, Self.isBucketName(name) else {
                throw ServiceError(400, "InvalidBucketName", "The bucket name is missing or not valid.")
            }
            guard let compartment = details["compartmentId"]?.string else { throw .missing("compartmentId") }
            let versioning = details["versioning"]?.string.flatMap(Bucket.Versioning.init(rawValue:)) ?? .disabled
            let bucket = try store.createBucket(name, compartment: compartment, versioning: versioning, now: now)
            return described(bucket)
        default: throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed here.")
        }
    }

    private static func isBucketName(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private func bucket(_ name: String, _ request: ServerRequest, now: Date) throws(ServiceError) -> ServerResponse {
        switch request.method {
        case "GET", "HEAD":
            let bucket = try store.bucket(name)
            if let wanted = request.header("if-match"), wanted != bucket.etag {
                throw ServiceError(
                    412, "IfMatchFailed",
                    "The If-Match header is '\(wanted)' but the current entity tag is '\(bucket.etag)'")
            }
            if request.header("if-none-match") == bucket.etag {
                return ServerResponse(status: 304, headers: [("etag", bucket.etag)])
            }
            return described(bucket, fields: request.parameter("fields") ?? "")
        case "POST":
            guard let wish = try request.json()["versioning"]?.string.flatMap(Bucket.Versioning.init(rawValue:)) else {
                throw .invalid("local-oci can only change a bucket's versioning.")
            }
            return described(try store.setVersioning(wish, of: name))
        case "DELETE":
            try store.deleteBucket(name)
            return ServerResponse(status: 204)
        default: throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed on a bucket.")
        }
    }

    private func described(_ bucket: Bucket, fields: String = "") -> ServerResponse {
        guard case .object(var members) = bucket.json(namespace: store.namespace) else { return .json(.null) }
        let wanted = fields.split(separator: ",")
        let live = bucket.versions.values.compactMap(\.last).filter { !$0.isDeleteMarker }
        if wanted.contains("approximateCount") { members.append(JSONMember("approximateCount", .int(live.count))) }
        if wanted.contains("approximateSize") {
            members.append(JSONMember("approximateSize", .int(live.reduce(0) { $0 + $1.size })))
        }
        return .json(.object(members), headers: [("etag", bucket.etag)])
    }

    // MARK: Listings

    private func query(_ request: ServerRequest) throws(ServiceError) -> ObjectListing.Query {
        var query = ObjectListing.Query()
        query.prefix = Array((request.parameter("prefix") ?? "").utf8)
        query.start = request.parameter("start").map { Array($0.utf8) }
        query.startAfter = request.parameter("startAfter").map { Array($0.utf8) }
        query.end = request.parameter("end").map { Array($0.utf8) }
        if let limit = request.parameter("limit") {
            guard let number = Int(limit), (1...1_000).contains(number) else {
                throw .invalid("The limit must be between 1 and 1000, not '\(limit)'.")
            }
            query.limit = number
        }
        if let delimiter = request.parameter("delimiter"), !delimiter.isEmpty {
            guard delimiter == "/" else { throw .invalid("The only delimiter is '/', not '\(delimiter)'.") }
            query.hasDelimiter = true
        }
        return query
    }

    private static let fieldNames = [
        "name", "size", "etag", "timecreated", "md5", "timemodified", "storagetier", "archivalstate",
    ]

    private func fields(_ request: ServerRequest) throws(ServiceError) -> Set<String> {
        let wanted = (request.parameter("fields") ?? "").lowercased().split(separator: ",").map(String.init)
        for field in wanted where !Self.fieldNames.contains(field) {
            throw .invalid("'\(field)' is not a field of an object listing.")
        }
        return Set(wanted + ["name"])
    }

    private func list(_ request: ServerRequest, in bucket: String) throws(ServiceError) -> ServerResponse {
        guard request.method == "GET" else {
            throw ServiceError(405, "MethodNotAllowed", "\(request.method) is not allowed on a listing.")
        }
        let fields = try fields(request)
        let query = try query(request)
        let listing = try store.list(query, in: bucket)
        var members = [JSONMember("objects", .array(listing.objects.map { Self.summary($0, fields) }))]
        if query.hasDelimiter {
            members.append(JSONMember("prefixes", .array(listing.prefixes.map(JSONValue.string))))
        }
        if let next = listing.nextStartWith { members.append(JSONMember("nextStartWith", .string(next))) }
        return .json(.object(members))
    }

    private static func summary(_ version: StoredVersion, _ fields: Set<String>) -> JSONValue {
        let time = JSONValue.string(WireTime.rfc3339(version.created))
        let all: [(String, JSONValue)] = [
            ("name", .string(version.name.text)), ("size", .int(version.size)), ("md5", .string(version.md5)),
            ("timeCreated", time), ("etag", .string(version.etag)), ("storageTier", "Standard"),
            ("timeModified", time),
        ]
        return .object(all.filter { fields.contains($0.0.lowercased()) }.map { JSONMember($0.0, $0.1) })
    }

    private func listVersions(_ request: ServerRequest, in bucket: String) throws(ServiceError) -> ServerResponse {
        let query = try query(request)
        let fields = try fields(request)
        let offset = request.parameter("page").flatMap { Int($0.drop { $0 != ":" }.dropFirst()) } ?? 0
        let all = try store.bucket(bucket).versions.filter { $0.key.bytes.starts(with: query.prefix) }
            .sorted { $0.key < $1.key }.flatMap { $0.value.reversed() }
        let page = all.dropFirst(offset).prefix(query.limit)
        let items = page.map { version -> JSONValue in
            guard case .object(let members) = Self.summary(version, fields) else { return .null }
            return .object(
                members.filter { $0.name != "timeModified" } + [
                    JSONMember("versionId", .string(version.versionID)),
                    JSONMember("isDeleteMarker", .bool(version.isDeleteMarker)),
                    JSONMember("timeModified", .string(WireTime.rfc3339(version.created))),
                ])
        }
        let next = offset + page.count
        let headers = next < all.count ? [(name: "opc-next-page", value: "page:\(next)")] : []
        return .json(["items": .array(items), "prefixes": []], headers: headers)
    }

    // MARK: Copies

    private func copy(_ request: ServerRequest, from bucket: String, now: Date) throws(ServiceError) -> ServerResponse {
        let details = try request.json()
        func text(_ name: String) throws(ServiceError) -> String {
            guard let text = details[name]?.string else { throw .missing(name) }
            return text
        }
        guard let source = ObjectName(Array(try text("sourceObjectName").utf8)),
            let target = ObjectName(Array(try text("destinationObjectName").utf8))
        else { throw ServiceError(400, "InvalidObjectName", "The object name is not valid.") }
        guard try text("destinationRegion") == Tenant.region, try text("destinationNamespace") == store.namespace else {
            throw ServiceError(
                400, "InsufficientServicePermissions", "local-oci copies within its own region and namespace only.")
        }
        let (version, body) = try store.read(
            source, versionID: details["sourceVersionId"]?.string, in: bucket)
        if let wanted = details["sourceObjectIfMatchETag"]?.string { try Precondition.match(wanted, version) }
        var headers = version.headers
        if let metadata = details["destinationObjectMetadata"]?.object {
            headers.removeAll { $0.name.hasPrefix("opc-meta-") }
            headers += metadata.compactMap { member in member.value.string.map { (member.name.lowercased(), $0) } }
        }
        let write = ObjectStore.Write(
            name: target, body: body, md5: version.md5, headers: headers,
            ifMatch: details["destinationObjectIfMatchETag"]?.string,
            ifNoneMatch: details["destinationObjectIfNoneMatchETag"]?.string)
        _ = try store.put(write, in: try text("destinationBucket"), now: now)
        let id = "ocid1.objectstorageworkrequest.oc1.\(Tenant.region).\(UUID().uuidString.lowercased())"
        return ServerResponse(status: 202, headers: [("opc-work-request-id", id)])
    }

    /// Copies are done when they are accepted, so every work request is complete.
    private func workRequest(_ parts: [String], now: Date) throws(ServiceError) -> ServerResponse {
        guard parts.count > 1, parts[1].hasPrefix("ocid1.objectstorageworkrequest.") else {
            throw .notFoundOrDenied
        }
        if parts.count == 3, parts[2] == "errors" { return .json([]) }
        let time = JSONValue.string(WireTime.rfc3339(now))
        return .json([
            "operationType": "COPY_OBJECT", "status": "COMPLETED", "id": .string(parts[1]),
            "compartmentId": .string(Tenant.compartment), "resources": [], "percentComplete": 100,
            "timeAccepted": time, "timeStarted": time, "timeFinished": time,
        ])
    }
}
