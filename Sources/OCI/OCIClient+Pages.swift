// SPDX-License-Identifier: MIT

import JSON

extension OCIClient {
    /// The elements of every page of a list whose next page is named by `opc-next-page` (contract §6).
    ///
    /// - Parameters:
    ///   - name: the member that holds the elements, where the answer is an object and not the list itself.
    ///   - limit: pages at most; more of them is an error, since a service that repeats a token never ends.
    func allPages(
        _ call: Call, elements name: String? = nil, limit: Int = 1_000
    ) async throws(OCIError) -> [JSONValue] {
        var elements: [JSONValue] = []
        var page: String?
        for _ in 0..<limit {
            var call = call
            call.ask("page", page)
            let answer = try await send(call)
            elements += try answer.elements(name)
            guard let next = answer.nextPage else { return elements }
            guard next != page else { throw answer.unreadable("opc-next-page names the page it came with") }
            page = next
        }
        throw .unreadableBody(operation: call.title, problem: "more than \(limit) pages", requestID: nil)
    }
}
