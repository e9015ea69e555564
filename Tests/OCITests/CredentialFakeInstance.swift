// SPDX-License-Identifier: MIT

import HTTPTypes
import OCI
import Synchronization
import TestSupport
import Transport

/// A metadata service and the auth service behind it.
final class FakeInstance: Sendable {
    struct State: Sendable {
        var region = "arn"
        var regionInfo: String?
        var leaf = ""
        var key = ""
        var intermediate = ""
        var tokens: [Reply] = []
        var metadataFailures: [Reply] = []
        /// Certificates served first, before `leaf`.
        var staleLeaves: [String] = []
        var isIPv4Dead = false
    }

    let state: Mutex<State>

    init() throws {
        var state = State()
        state.leaf = try SigningFixtures.text("test_leaf_cert.pem")
        state.key = try SigningFixtures.text("test_key.pem")
        state.intermediate = try SigningFixtures.text("test_intermediate_cert.pem")
        self.state = Mutex(state)
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func answerNext(_ tokens: String...) {
        change { $0.tokens += tokens.map { Reply(status: 200, body: Array(#"{"token":"\#($0)"}"#.utf8)) } }
    }

    var transport: ScriptedTransport {
        ScriptedTransport { (call, _) async throws(TransportError) in
            if call.request.path == "/v1/x509" {
                return self.state.withLock { $0.tokens.isEmpty ? Reply(status: 500) : $0.tokens.removeFirst() }
            }
            return try self.metadata(call)
        }
    }

    private func metadata(_ call: HTTPCall) throws(TransportError) -> Reply {
        let authority = call.request.authority ?? ""
        if authority == "169.254.169.254", state.withLock({ $0.isIPv4Dead }) {
            throw .connect(host: authority, detail: "no route")
        }
        guard call.request.headerFields[.authorization] == "Bearer Oracle", !call.usesProxy else {
            return Reply(status: 403)
        }
        return state.withLock { state in
            if !state.metadataFailures.isEmpty { return state.metadataFailures.removeFirst() }
            let text: String?
            switch call.request.path {
            case "/opc/v2/instance/region": text = state.region
            case "/opc/v2/instance/regionInfo": text = state.regionInfo
            case "/opc/v2/identity/cert.pem":
                text = state.staleLeaves.isEmpty ? state.leaf : state.staleLeaves.removeFirst()
            case "/opc/v2/identity/key.pem": text = state.key
            case "/opc/v2/identity/intermediate.pem": text = state.intermediate
            default: text = nil
            }
            return text.map { Reply(status: 200, body: Array($0.utf8)) } ?? Reply(status: 404)
        }
    }
}
