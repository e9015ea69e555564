// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Synchronization

/// Buckets and objects in a directory: one file a version, written beside and renamed, so that a kill leaves the old
/// state or the new. All calls are atomic with respect to each other, conditional ones included.
final class ObjectStore: Sendable {
    /// What a write asks for.
    struct Write: Sendable {
        var name: ObjectName
        var body: [UInt8]
        /// Base64 of the body's MD5.
        var md5: String
        var headers: [(name: String, value: String)] = []
        var ifMatch: String?
        var ifNoneMatch: String?
    }

    private struct State: Sendable {
        var buckets: [String: Bucket] = [:]
        var sequence = 0
    }

    let namespace: String
    private let root: String
    private let state: Mutex<State>

    /// Reads what an earlier life left in `root`.
    init(root: String, namespace: String) throws {
        self.root = root
        self.namespace = namespace
        var state = State()
        for name in try FileSystem.list(root) {
            let directory = FileSystem.join(root, name)
            guard let bytes = try FileSystem.read(FileSystem.join(directory, "bucket.json")),
                let value = try? JSONValue.parse(bytes), var bucket = Bucket(json: value)
            else { continue }
            let versions = try Self.load(directory)
            state.sequence = max(state.sequence, versions.map(\.sequence).max() ?? 0)
            for old in bucket.restore(versions) { try FileSystem.remove(Self.path(directory, old.versionID)) }
            state.buckets[bucket.name] = bucket
        }
        self.state = Mutex(state)
    }

    // MARK: Buckets

    /// Creates a bucket; 409 where it is there already.
    func createBucket(
        _ name: String, compartment: String, versioning: Bucket.Versioning, now: Date
    ) throws(ServiceError) -> Bucket {
        try exclusively { state throws(ServiceError) in
            guard state.buckets[name] == nil else {
                throw ServiceError(
                    409, "BucketAlreadyExists",
                    "Either the bucket '\(name)' in namespace '\(self.namespace)' already exists or you are not authorized "
                        + "to create it")
            }
            let bucket = Bucket(
                name: name, compartment: compartment, created: now, etag: Self.newID(), versioning: versioning)
            try self.save(bucket)
            state.buckets[name] = bucket
            return bucket
        }
    }

    func bucket(_ name: String) throws(ServiceError) -> Bucket {
        try exclusively { state throws(ServiceError) in try self.find(name, in: state) }
    }

    func buckets() -> [Bucket] { state.withLock { $0.buckets.values.sorted { $0.name < $1.name } } }

    func setVersioning(_ versioning: Bucket.Versioning, of name: String) throws(ServiceError) -> Bucket {
        try exclusively { state throws(ServiceError) in
            var bucket = try self.find(name, in: state)
            bucket.versioning = versioning
            bucket.etag = Self.newID()
            try self.save(bucket)
            state.buckets[name] = bucket
            return bucket
        }
    }

    func deleteBucket(_ name: String) throws(ServiceError) {
        try exclusively { state throws(ServiceError) in
            let bucket = try self.find(name, in: state)
            guard bucket.versions.isEmpty else {
                throw ServiceError(
                    409, "BucketNotEmpty",
                    "Bucket named '\(name)' is not empty. Delete all object versions first.")
            }
            state.buckets[name] = nil
            try Self.filing { () throws(FileError) in
                try FileSystem.remove(FileSystem.join(self.directory(name), "bucket.json"))
            }
        }
    }

    // MARK: Objects

    /// Stores an object under its conditions; the check and the write are one step.
    func put(_ write: Write, in name: String, now: Date) throws(ServiceError) -> StoredVersion {
        try exclusively { state throws(ServiceError) in
            let bucket = try self.find(name, in: state)
            try Precondition.check(write, against: bucket.current(write.name))
            state.sequence += 1
            let version = StoredVersion(
                name: write.name, versionID: Self.newID(), sequence: state.sequence, etag: Self.newID(),
                size: write.body.count, md5: write.md5, created: now, headers: write.headers)
            try self.store(version, write.body, in: name)
            for old in state.buckets[name]?.add(version) ?? [] { try self.erase(old, in: name) }
            return version
        }
    }

    /// The newest version or the one called `versionID`, if there is one.
    func find(_ object: ObjectName, versionID: String? = nil, in name: String) throws(ServiceError) -> StoredVersion {
        try exclusively { state throws(ServiceError) in
            let bucket = try self.find(name, in: state)
            guard let version = bucket.version(object, id: versionID), !version.isDeleteMarker else {
                throw Precondition.objectNotFound(object, bucket: name, namespace: self.namespace)
            }
            return version
        }
    }

    /// A version and its bytes, read while nobody can replace it.
    func read(
        _ object: ObjectName, versionID: String? = nil, in name: String
    ) throws(ServiceError) -> (version: StoredVersion, body: [UInt8]) {
        try exclusively { state throws(ServiceError) in
            let bucket = try self.find(name, in: state)
            guard let version = bucket.version(object, id: versionID), !version.isDeleteMarker else {
                throw Precondition.objectNotFound(object, bucket: name, namespace: self.namespace)
            }
            let file = try Self.filing { () throws(FileError) in
                try FileSystem.read(Self.path(self.directory(name), version.versionID)) ?? []
            }
            guard let end = file.firstIndex(of: UInt8(ascii: "\n")), file.count - end - 1 == version.size else {
                throw ServiceError(500, "InternalServerError", "The file of object '\(object.text)' is damaged.")
            }
            return (version, Array(file[(end + 1)...]))
        }
    }

    /// Deletes an object, or one version of it. In a versioned bucket a delete marker takes its place, which is returned.
    func delete(
        _ object: ObjectName, versionID: String?, ifMatch: String?, in name: String, now: Date
    ) throws(ServiceError) -> StoredVersion? {
        try exclusively { state throws(ServiceError) in
            let bucket = try self.find(name, in: state)
            guard let version = bucket.version(object, id: versionID) else {
                throw Precondition.objectNotFound(object, bucket: name, namespace: self.namespace)
            }
            if let ifMatch { try Precondition.match(ifMatch, version) }
            guard bucket.versioning != .disabled, versionID == nil else {
                try self.erase(version, in: name)
                state.buckets[name]?.remove(version)
                return nil
            }
            state.sequence += 1
            let marker = StoredVersion(
                name: object, versionID: Self.newID(), sequence: state.sequence, etag: Self.newID(), size: 0, md5: "",
                created: now, isDeleteMarker: true)
            try self.store(marker, [], in: name)
            _ = state.buckets[name]?.add(marker)
            return marker
        }
    }

    /// One page of names.
    func list(_ query: ObjectListing.Query, in name: String) throws(ServiceError) -> ObjectListing {
        try exclusively { state throws(ServiceError) in
            _ = try self.find(name, in: state)
            guard let names = state.buckets[name]?.names(), let versions = state.buckets[name]?.versions else {
                return ObjectListing()
            }
            return ObjectListing(names: names, versions: versions, query: query)
        }
    }

    // MARK: Files

    private func exclusively<Value: Sendable>(
        _ body: (inout sending State) throws(ServiceError) -> Value
    ) throws(ServiceError) -> Value {
        let result = state.withLock { state -> Result<Value, ServiceError> in
            do throws(ServiceError) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func find(_ name: String, in state: State) throws(ServiceError) -> Bucket {
        guard let bucket = state.buckets[name] else {
            throw ServiceError(
                404, "BucketNotFound",
                "Either the bucket named '\(name)' does not exist in the namespace '\(namespace)' or you are not "
                    + "authorized to access it")
        }
        return bucket
    }

    private func directory(_ bucket: String) -> String { FileSystem.join(root, bucket) }

    private static func path(_ directory: String, _ versionID: String) -> String {
        FileSystem.join(directory, "versions/\(versionID)")
    }

    private func store(_ version: StoredVersion, _ body: [UInt8], in bucket: String) throws(ServiceError) {
        try Self.filing { () throws(FileError) in
            try FileSystem.replace(
                Self.path(directory(bucket), version.versionID), version.encoded() + body, durable: false)
        }
    }

    private func erase(_ version: StoredVersion, in bucket: String) throws(ServiceError) {
        try Self.filing { () throws(FileError) in
            try FileSystem.remove(Self.path(directory(bucket), version.versionID))
        }
    }

    private func save(_ bucket: Bucket) throws(ServiceError) {
        try Self.filing { () throws(FileError) in
            try FileSystem.replace(
                FileSystem.join(directory(bucket.name), "bucket.json"), bucket.json(namespace: namespace).encoded(),
                durable: false)
        }
    }

    private static func filing<Value>(_ body: () throws(FileError) -> Value) throws(ServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw ServiceError.unkept(error)
        }
    }

    private static func load(_ directory: String) throws -> [StoredVersion] {
        try FileSystem.walk(directory).compactMap { path in
            guard path != "bucket.json", let bytes = try FileSystem.read(FileSystem.join(directory, path)),
                let end = bytes.firstIndex(of: UInt8(ascii: "\n"))
            else { return nil }
            return StoredVersion(line: Array(bytes[..<end]))
        }
    }

    private static func newID() -> String { UUID().uuidString.lowercased() }
}
