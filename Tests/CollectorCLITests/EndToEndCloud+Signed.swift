// SPDX-License-Identifier: MIT

import FoundationEssentials
import HTTPTypes
import JSON
import OCI
import TestSupport
import Transport

extension EndToEndCloud {
    /// Sends a request signed with the cloud's API key; throws `ToolError` unless it is accepted.
    func sendSigned(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], at now: Date
    ) async throws -> [UInt8] {
        var call = HTTPCall(method, String(url.dropFirst("http://".count)), path, body: body)
        call.request.headerFields[.contentType] = "application/json"
        let keyID = ["tenancy", "user", "fingerprint"].map { endpoints[$0]?.string ?? "" }.joined(separator: "/")
        try RequestSigner.sign(
            &call.request, body: body, coverage: method == .put ? .excluded : .signed, keyID: Secret(keyID),
            key: try PrivateKey(pem: Secret(keyText)), date: now)
        let reply = try await transport.send(call)
        guard (200...299).contains(reply.status) else {
            throw ToolError(command: "\(method) \(path)", output: String(decoding: reply.body, as: UTF8.self))
        }
        return reply.body
    }

    /// PEM of the API key.
    var keyText: String { ToolProcess.text(of: keyPath) }
    var keyPath: String { endpoints["key_file"]?.string ?? "" }

    /// Puts an object into the bucket.
    func put(_ object: String, _ bytes: [UInt8], at now: Date) async throws {
        _ = try await sendSigned(.put, "/n/localns/b/polisen-events-collector/o/" + object, bytes, at: now)
    }

    /// A session as `oci session authenticate` leaves one: paths of the token and of its key.
    func session(at now: Date) async throws -> (token: String, key: String) {
        let key = try PrivateKey.generate()
        let wish: JSONValue = ["publicKey": .string(Base64.encode(try key.publicKeyDER()))]
        let answer = try await sendSigned(
            .post, "/v1/token/upst/actions/GenerateUpst", wish.encoded(), at: now)
        let paths = (token: directory + "/session-token", key: directory + "/session-key.pem")
        let token = try JSONValue.parse(answer)["token"]?.string ?? ""
        try write(Array(token.utf8), to: paths.token)
        try write(key.pem().reveal(), to: paths.key)
        return paths
    }

    /// Writes an OCI configuration file with one profile and returns its path.
    func configFile(_ lines: [String]) throws -> String {
        let path = directory + "/oci-config"
        let common = ["[DEFAULT]"] + ["tenancy", "region"].map { "\($0)=\(endpoints[$0]?.string ?? "")" }
        try write(Array((common + lines).joined(separator: "\n").utf8), to: path)
        return path
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
