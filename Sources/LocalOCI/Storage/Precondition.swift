// SPDX-License-Identifier: MIT

/// `if-match` and `if-none-match`, with the texts Object Storage answers.
enum Precondition {
    /// Throws 412 unless the write may happen over `current`.
    static func check(_ write: ObjectStore.Write, against current: StoredVersion?) throws(ServiceError) {
        if let wanted = write.ifNoneMatch {
            guard wanted == "*" else {
                throw .invalid("The If-None-Match header must be '*' on a write, not '\(wanted)'.")
            }
            if let current {
                throw ServiceError(
                    412, "IfNoneMatchFailed",
                    "The If-None-Match header is '*' but there is an existing entity tag of '\(current.etag)'")
            }
        }
        guard let wanted = write.ifMatch else { return }
        guard let current else {
            throw ServiceError(
                412, "IfMatchFailed", "The If-Match header is '\(wanted)' but there is no current entity tag")
        }
        try match(wanted, current)
    }

    /// Throws 412 unless `wanted` is the version's etag or `*`.
    static func match(_ wanted: String, _ current: StoredVersion) throws(ServiceError) {
        guard wanted != "*", wanted != current.etag else { return }
        throw ServiceError(
            412, "IfMatchFailed",
            "The If-Match header is '\(wanted)' but the current entity tag is '\(current.etag)'")
    }

    static func objectNotFound(_ name: ObjectName, bucket: String, namespace: String) -> ServiceError {
        ServiceError(
            404, "ObjectNotFound",
            "The object '\(name.text)' does not exist in bucket '\(bucket)' with namespace '\(namespace)'")
    }
}
