// SPDX-License-Identifier: MIT

import HTTPTypes
import JSON

extension ObjectStorage {
    /// ListObjects: one page.
    ///
    /// - Parameters:
    ///   - start: names at or after this one, in the order of UTF-8 bytes.
    ///   - end: names before this one.
    ///   - limit: 1–1,000.
    ///   - delimiter: deeper names are folded into `prefixes`; only `/`.
    package func list(
        prefix: String? = nil, start: String? = nil, end: String? = nil, limit: Int = 1_000, delimiter: String? = nil,
        fields: [ObjectField] = [.name]
    ) async throws(OCIError) -> ObjectPage {
        var call = OCIClient.Call("ListObjects", .objectStorage, .get, "/n/\(namespace)/b/\(bucket)/o")
        call.subject = prefix ?? bucket
        call.ask("prefix", prefix)
        call.ask("start", start)
        call.ask("end", end)
        call.ask("limit", min(max(limit, 1), 1_000))
        call.ask("delimiter", delimiter)
        call.ask("fields", fields.isEmpty ? nil : fields.map(\.rawValue).joined(separator: ","))
        let answer = try await client.send(call)
        let body = try answer.json()
        return ObjectPage(
            objects: try Self.summaries(body, "objects", answer),
            prefixes: body.list("prefixes").compactMap(\.string), next: body["nextStartWith"]?.string)
    }

    /// Every object whose name starts with `prefix`, page by page, until `visit` says that it has seen enough.
    ///
    /// - Parameter visit: called for each page in order; returns whether to go on.
    package func eachPage(
        prefix: String? = nil, start: String? = nil, fields: [ObjectField] = [.name],
        _ visit: (ObjectPage) async throws(OCIError) -> Bool
    ) async throws(OCIError) {
        var start = start
        while true {
            let page = try await list(prefix: prefix, start: start, fields: fields)
            guard try await visit(page), let next = page.next else { return }
            guard Array((start ?? "").utf8).lexicographicallyPrecedes(Array(next.utf8)) else {
                throw .unreadableBody(
                    operation: "ListObjects \(prefix ?? bucket)", problem: "the next page begins before this one",
                    requestID: nil)
            }
            start = next
        }
    }

    /// Every object whose name starts with `prefix`, in the order of UTF-8 bytes.
    package func listAll(
        prefix: String? = nil, start: String? = nil, fields: [ObjectField] = [.name]
    ) async throws(OCIError) -> [ObjectSummary] {
        var objects: [ObjectSummary] = []
        try await eachPage(prefix: prefix, start: start, fields: fields) { (page) async throws(OCIError) in
            objects += page.objects
            return true
        }
        return objects
    }

    /// ListObjectVersions: one page, and the token of the next.
    package func listVersions(
        prefix: String? = nil, page: String? = nil, limit: Int = 1_000, fields: [ObjectField] = [.name]
    ) async throws(OCIError) -> (versions: [ObjectVersion], next: String?) {
        var call = OCIClient.Call(
            "ListObjectVersions", .objectStorage, .get, "/n/\(namespace)/b/\(bucket)/objectversions")
        call.subject = prefix ?? bucket
        call.ask("prefix", prefix)
        call.ask("limit", min(max(limit, 1), 1_000))
        call.ask("page", page)
        call.ask("fields", fields.isEmpty ? nil : fields.map(\.rawValue).joined(separator: ","))
        let answer = try await client.send(call)
        let items = try answer.json().list("items")
        var versions: [ObjectVersion] = []
        for item in items {
            guard let object = ObjectSummary(item) else { throw answer.unreadable("an element without a name") }
            versions.append(
                ObjectVersion(
                    object: object, versionID: try answer.text("versionId", of: item),
                    isDeleteMarker: item["isDeleteMarker"]?.bool ?? false))
        }
        return (versions, answer.nextPage)
    }

    private static func summaries(
        _ body: JSONValue, _ member: String, _ answer: OCIClient.Answer
    ) throws(OCIError) -> [ObjectSummary] {
        guard let elements = body[member]?.array else { throw answer.unreadable("'\(member)' is missing") }
        let summaries = elements.compactMap(ObjectSummary.init)
        guard summaries.count == elements.count else { throw answer.unreadable("an element without a name") }
        return summaries
    }
}
