// SPDX-License-Identifier: MIT

import HTTPTypes
import Testing
import Transport

/// Expects a `TransportError` with this reason and returns it.
@discardableResult
func expectError(
    _ reason: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Reply
) async -> TransportError? {
    do {
        let reply = try await body()
        Issue.record("expected \(reason), got status \(reply.status)", sourceLocation: sourceLocation)
        return nil
    } catch {
        let transportError = error as? TransportError
        #expect(transportError?.reason == reason, "\(error)", sourceLocation: sourceLocation)
        return transportError
    }
}

extension TransportError {
    /// What a case carries, nil in other cases.
    var phase: Phase? { if case .timeout(let phase, _, _) = self { phase } else { nil } }
    var after: Duration? { if case .timeout(_, _, let after) = self { after } else { nil } }
    var receivedBytes: Int? { if case .interrupted(_, let count, _) = self { count } else { nil } }
    var received: [UInt8]? { if case .tooLarge(_, let received) = self { received } else { nil } }
    var tlsProblem: TLSProblem? { if case .tls(let problem, _, _) = self { problem } else { nil } }
}

extension HTTPFields {
    /// The value of a header by any spelling of its name.
    func value(_ name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }
}
