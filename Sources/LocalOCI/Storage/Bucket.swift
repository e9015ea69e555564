// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// A bucket and the index of what is in it. A value; `ObjectStore` guards it.
struct Bucket: Sendable {
    enum Versioning: String, Sendable { case enabled = "Enabled", suspended = "Suspended", disabled = "Disabled" }

    let name: String
    let compartment: String
    let created: Date
    var etag: String
    var versioning: Versioning
    /// All versions of each name, oldest first; never an empty list.
    private(set) var versions: [ObjectName: [StoredVersion]] = [:]
    /// Keys of `versions` in order; nil after a name came or went, made again when needed.
    private var order: [ObjectName]?

    init(name: String, compartment: String, created: Date, etag: String, versioning: Versioning) {
        self.name = name
        self.compartment = compartment
        self.created = created
        self.etag = etag
        self.versioning = versioning
    }

    /// The newest version, unless it is a delete marker.
    func current(_ name: ObjectName) -> StoredVersion? {
        guard let last = versions[name]?.last, !last.isDeleteMarker else { return nil }
        return last
    }

    func version(_ name: ObjectName, id: String?) -> StoredVersion? {
        guard let id else { return current(name) }
        return versions[name]?.first { $0.versionID == id }
    }

    /// Adds a version; returns those it replaces, whose files can go.
    mutating func add(_ version: StoredVersion) -> [StoredVersion] {
        if versions[version.name] == nil { order = nil }
        let keeps = versioning != .disabled
        let replaced = keeps ? [] : versions[version.name] ?? []
        versions[version.name] = (keeps ? versions[version.name] ?? [] : []) + [version]
        return replaced
    }

    /// Takes a version out of the index.
    mutating func remove(_ version: StoredVersion) {
        versions[version.name]?.removeAll { $0.versionID == version.versionID }
        if versions[version.name]?.isEmpty == true {
            versions[version.name] = nil
            order = nil
        }
    }

    /// Names in the order of their bytes.
    mutating func names() -> [ObjectName] {
        if let order { return order }
        let sorted = versions.keys.sorted()
        order = sorted
        return sorted
    }

    /// Puts back versions read from disk, in the order of their sequence numbers.
    mutating func restore(_ found: [StoredVersion]) -> [StoredVersion] {
        found.sorted { $0.sequence < $1.sequence }.flatMap { add($0) }
    }

    /// The bucket as its own file and as the answer to GetBucket.
    func json(namespace: String) -> JSONValue {
        [
            "namespace": .string(namespace), "name": .string(name), "compartmentId": .string(compartment),
            "metadata": [:], "createdBy": "local-oci", "timeCreated": .string(WireTime.rfc3339(created)),
            "etag": .string(etag), "publicAccessType": "NoPublicAccess", "storageTier": "Standard",
            "objectEventsEnabled": false, "freeformTags": [:], "definedTags": [:], "kmsKeyId": .null,
            "objectLifecyclePolicyEtag": .null, "replicationEnabled": false, "isReadOnly": false,
            "id": .string("ocid1.bucket.oc1.eu-stockholm-1.\(name.lowercased())"),
            "versioning": .string(versioning.rawValue), "autoTiering": "Disabled",
        ]
    }

    /// Reads `json(namespace:)`; nil for anything else.
    init?(json value: JSONValue) {
        guard let name = value["name"]?.string, let compartment = value["compartmentId"]?.string,
            let created = value["timeCreated"]?.string.flatMap(WireTime.date(rfc3339:)),
            let etag = value["etag"]?.string,
            let versioning = value["versioning"]?.string.flatMap(Versioning.init(rawValue:))
        else { return nil }
        self.init(name: name, compartment: compartment, created: created, etag: etag, versioning: versioning)
    }
}
