// SPDX-License-Identifier: MIT

import JSON
import OCI

/// What list operations have in common: filters by query, order, and pages whose next one `opc-next-page` names.
struct ListPage: Sendable {
    private static let largest = 1_000
    private let offset: Int
    private let limit: Int

    /// Reads `limit` and `page`.
    init(_ request: ServerRequest) throws(ServiceError) {
        limit =
            try request.parameter("limit").map { (text) throws(ServiceError) in
                guard let number = Int(text), (1...Self.largest).contains(number) else {
                    throw ServiceError.invalid("limit must be 1 to \(Self.largest), not '\(text)'.")
                }
                return number
            } ?? Self.largest
        offset =
            try request.parameter("page").map { (text) throws(ServiceError) in
                guard let bytes = Base64.decode(text), let number = Int(String(decoding: bytes, as: UTF8.self)),
                    number > 0
                else { throw ServiceError.invalid("page '\(text)' is none that a list answered.") }
                return number
            } ?? 0
    }

    /// The elements of this page, and the header that names the next one.
    func cut(_ elements: [JSONValue]) -> (elements: [JSONValue], headers: [(name: String, value: String)]) {
        let end = offset + limit
        let page = Array(elements.dropFirst(offset).prefix(limit))
        guard end < elements.count else { return (page, []) }
        return (page, [("opc-next-page", Base64.encode(Array(String(end).utf8)))])
    }

    /// An answer that is the page itself.
    func answer(_ elements: [JSONValue]) -> ServerResponse {
        let (page, headers) = cut(elements)
        return .json(.array(page), headers: headers)
    }
}

extension ServerRequest {
    /// A query parameter that must be one of `choices`; nil where it is absent.
    func choice(_ name: String, _ choices: [String]) throws(ServiceError) -> String? {
        guard let value = parameter(name) else { return nil }
        guard choices.contains(value) else {
            throw .invalid("\(name) must be one of \(choices.joined(separator: " ")), not '\(value)'.")
        }
        return value
    }

    /// A query parameter that is `true` or `false`; absent is false.
    func flag(_ name: String) throws(ServiceError) -> Bool { try choice(name, ["true", "false"]) == "true" }

    /// Whether things of a compartment belong into the answer: `compartmentId`, or all where `compartmentIdInSubtree` is
    /// true, which only the tenancy may ask.
    func compartmentFilter() throws(ServiceError) -> @Sendable (String) -> Bool {
        guard let compartment = parameter("compartmentId") else { throw .missing("compartmentId") }
        guard try flag("compartmentIdInSubtree") else { return { $0 == compartment } }
        guard compartment == Tenant.tenancy else {
            throw .invalid("compartmentIdInSubtree can be true only where compartmentId is the tenancy's OCID.")
        }
        return { _ in true }
    }

    /// Whether `sortOrder` asks for the reverse.
    func isDescending() throws(ServiceError) -> Bool { try choice("sortOrder", ["ASC", "DESC"]) == "DESC" }
}
