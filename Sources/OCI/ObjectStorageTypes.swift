// SPDX-License-Identifier: MIT

package import FoundationEssentials
import HTTPTypes
import JSON
import Transport

extension ObjectStorage {
    /// What asking for an object by name gives.
    package enum Lookup<Value: Sendable>: Sendable {
        case found(Value)
        /// It still has the ETag the caller knows.
        case notModified
        /// The bucket is there, the object is not.
        case missing
    }

    /// When a put may store.
    package enum Condition: Sendable, Hashable {
        case always
        /// Only where no object has this name: `if-none-match: *`.
        case ifAbsent
        /// Only over this version: `if-match`.
        case ifMatch(String)
    }

    /// How a put ended.
    package enum PutOutcome: Sendable, Hashable {
        case stored(etag: String, attempts: Int)
        /// The condition did not hold. With `attempts` above 1 it may have been an earlier attempt of this very put,
        /// whose reply was lost, that stored: read the object back to know.
        case conditionFailed(attempts: Int)
    }

    /// How a delete ended.
    package enum DeleteOutcome: Sendable, Hashable {
        case deleted
        /// There was nothing, or an earlier attempt whose reply was lost deleted it.
        case missing
        case conditionFailed
    }

    /// Extra members of ListObjects.
    package enum ObjectField: String, Sendable, CaseIterable {
        case name, size, etag, timeCreated, md5, timeModified, storageTier, archivalState
    }

    /// Extra members of GetBucket.
    package enum BucketField: String, Sendable, CaseIterable { case approximateCount, approximateSize, autoTiering }

    /// What is known of an object besides its bytes.
    package struct ObjectHead: Sendable, Hashable {
        package let name: String
        /// Opaque; goes back verbatim.
        package let etag: String
        /// Of the whole object, in bytes; nil where the answer does not say.
        package let size: Int?
        package let contentType: String?
        /// As stored by the uploader; the bytes are not decoded.
        package let contentEncoding: String?
        package let lastModified: Date?
        /// `opc-meta-*`, names without that prefix, in lower case.
        package let metadata: [String: String]
        /// Base64; nil for objects put together from parts.
        package let md5: String?
        package let versionID: String?
        package let storageTier: String?
        /// `Archived`, `Restoring`, `Restored`; nil outside the Archive tier.
        package let archivalState: String?
    }

    /// An object, or the range of it that was asked for.
    package struct StoredObject: Sendable, Hashable {
        package let head: ObjectHead
        /// Exactly as stored.
        package let bytes: [UInt8]

        package var etag: String { head.etag }
        package var metadata: [String: String] { head.metadata }
    }

    /// One object of a listing; members that were not asked for are nil.
    package struct ObjectSummary: Sendable, Hashable {
        package let name: String
        package let size: Int?
        package let etag: String?
        package let md5: String?
        package let timeCreated: Date?
        package let timeModified: Date?
        package let storageTier: String?
        package let archivalState: String?
    }

    /// A page of a listing, names in the order of their UTF-8 bytes.
    package struct ObjectPage: Sendable, Hashable {
        package let objects: [ObjectSummary]
        /// With a delimiter: the common beginnings.
        package let prefixes: [String]
        /// `start` of the next page; nil: this was the last. An empty page can have one.
        package let next: String?
    }

    /// One version of an object.
    package struct ObjectVersion: Sendable, Hashable {
        package let object: ObjectSummary
        package let versionID: String
        package let isDeleteMarker: Bool
    }

    /// What GetBucket tells; unknown texts are kept as they are.
    package struct BucketProperties: Sendable, Hashable {
        package let name: String?
        package let compartment: String?
        package let etag: String?
        package let timeCreated: Date?
        package let versioning: String?
        package let publicAccess: String?
        package let storageTier: String?
        package let isReadOnly: Bool
        package let approximateCount: Int?
        /// Bytes.
        package let approximateSize: Int?
    }
}

extension ObjectStorage.ObjectHead {
    /// From the headers of GetObject and HeadObject.
    init(name: String, reply: Reply, etag: String) {
        let headers = reply.headers
        self.init(
            name: name, etag: etag, size: Self.size(reply), contentType: headers[.contentType],
            contentEncoding: headers[.contentEncoding], lastModified: headers[.lastModified].flatMap(HTTPDate.parse),
            metadata: Self.metadata(headers), md5: headers[.contentMD5], versionID: headers[.versionID],
            storageTier: headers[.storageTier], archivalState: headers[.archivalState])
    }

    private static func size(_ reply: Reply) -> Int? {
        guard reply.status == 206 else { return reply.headers[.contentLength].flatMap { Int($0) } }
        // content-range: bytes 0-15/1024
        return reply.headers[.contentRange]?.split(separator: "/").last.flatMap { Int($0) }
    }

    private static func metadata(_ headers: HTTPFields) -> [String: String] {
        let prefix = "opc-meta-"
        var metadata: [String: String] = [:]
        for field in headers where field.name.canonicalName.hasPrefix(prefix) {
            metadata[String(field.name.canonicalName.dropFirst(prefix.count))] = field.value
        }
        return metadata
    }
}

extension ObjectStorage.ObjectSummary {
    /// From an element of ListObjects and ListObjectVersions; nil without a name.
    init?(_ object: JSONValue) {
        guard let name = object["name"]?.string else { return nil }
        self.init(
            name: name, size: object["size"]?.int, etag: object.text("etag"), md5: object.text("md5"),
            timeCreated: object.date("timeCreated"), timeModified: object.date("timeModified"),
            storageTier: object.text("storageTier"), archivalState: object.text("archivalState"))
    }
}

extension ObjectStorage.BucketProperties {
    init(_ object: JSONValue) {
        self.init(
            name: object.text("name"), compartment: object.text("compartmentId"), etag: object.text("etag"),
            timeCreated: object.date("timeCreated"), versioning: object.text("versioning"),
            publicAccess: object.text("publicAccessType"), storageTier: object.text("storageTier"),
            isReadOnly: object["isReadOnly"]?.bool ?? false, approximateCount: object["approximateCount"]?.int,
            approximateSize: object["approximateSize"]?.int)
    }
}
