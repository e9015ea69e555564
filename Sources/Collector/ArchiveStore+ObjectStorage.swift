// SPDX-License-Identifier: MIT

package import OCI

extension ArchiveStore {
    /// Objects of a bucket, each bearing the run's id as `opc-meta-run-id`.
    ///
    /// - Parameter lag: requests that `index/head` may save (`Archive.Opening.headLag`).
    package static func objectStorage(_ storage: ObjectStorage, run: String) -> ArchiveStore {
        let metadata = [("run-id", run)]
        return ArchiveStore(
            place: "bucket \(storage.bucket) in namespace \(storage.namespace)",
            read: { name throws(ArchiveError) in
                try await onService { () async throws(OCIError) in
                    guard case .found(let object) = try await storage.get(name) else { return nil }
                    return StoredObject(bytes: object.bytes, tag: object.etag)
                }
            },
            create: { name, bytes throws(ArchiveError) in
                try await onService { () async throws(OCIError) in
                    let put = try await storage.put(
                        name, bytes, contentType: contentType(name), condition: .ifAbsent, metadata: metadata)
                    return if case .stored = put { .created } else { .exists }
                }
            },
            replace: { name, bytes, tag throws(ArchiveError) in
                try await onService { () async throws(OCIError) in
                    let put = try await storage.put(
                        name, bytes, contentType: contentType(name), condition: tag.map { .ifMatch($0) } ?? .ifAbsent,
                        metadata: metadata)
                    return if case .stored(let etag, _) = put { etag } else { nil }
                }
            },
            list: { prefix, start, limit throws(ArchiveError) in
                try await onService { () async throws(OCIError) in
                    let page = try await storage.list(
                        prefix: prefix.isEmpty ? nil : prefix, start: start, limit: limit, fields: [.name, .size])
                    return Listing(
                        objects: page.objects.map { ListedObject(name: $0.name, bytes: $0.size ?? 0) }, next: page.next)
                }
            })
    }

    private static func onService<Value: Sendable>(
        _ body: () async throws(OCIError) -> Value
    ) async throws(ArchiveError) -> Value {
        do throws(OCIError) {
            return try await body()
        } catch {
            throw .service(error)
        }
    }

    private static func contentType(_ name: String) -> String {
        if name.hasSuffix(".jsonl") { return "application/x-ndjson" }
        if name.hasSuffix(".json") { return "application/json" }
        if name.hasSuffix(".html") { return "text/html; charset=utf-8" }
        if name.hasSuffix(".md") { return "text/markdown; charset=utf-8" }
        return "application/octet-stream"
    }
}
