// SPDX-License-Identifier: MIT

/// A certificate authority made for one test, and certificates it signed, all in one directory.
package struct TestCertificates: Sendable {
    /// A server certificate a test may want.
    package enum Leaf: String, Sendable, CaseIterable {
        /// For 127.0.0.1 and localhost.
        case good
        /// For 127.0.0.1, ended yesterday.
        case expired
        /// Valid, for `other.example` only.
        case wrongHost
        /// For 127.0.0.1, signed by itself.
        case selfSigned
    }

    package let directory: String

    /// PEM file of the authority.
    package var caFile: String { directory + "/ca.pem" }

    /// PEM files of a server certificate and its key.
    package func certificate(_ leaf: Leaf) -> String { "\(directory)/\(leaf.rawValue).pem" }
    package func key(_ leaf: Leaf) -> String { "\(directory)/\(leaf.rawValue).key" }

    /// Makes the authority and the certificates asked for with the openssl command (some 10 ms each).
    package init(in directory: String, _ leaves: [Leaf] = [.good]) async throws {
        self.directory = directory
        try await openssl(
            "req -x509 \(Self.newKey) -keyout ca.key -out ca.pem -days 2 -subj /CN=polisen-test-authority")
        for leaf in leaves { try await make(leaf) }
    }

    private static let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

    private func make(_ leaf: Leaf) async throws {
        let name = leaf.rawValue
        let hosts = leaf == .wrongHost ? "DNS:other.example" : "IP:127.0.0.1,DNS:localhost"
        let request = "req \(Self.newKey) -keyout \(name).key -subj /CN=\(name) -addext subjectAltName=\(hosts)"
        guard leaf != .selfSigned else { return try await openssl("\(request) -x509 -days 2 -out \(name).pem") }
        try await openssl("\(request) -out \(name).csr")
        let days = leaf == .expired ? "-1" : "2"
        let signing = "-CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy"
        try await openssl("x509 -req -in \(name).csr \(signing) -days \(days) -out \(name).pem")
    }

    private func openssl(_ arguments: String) async throws {
        try await ToolProcess.run("openssl", arguments.split(separator: " ").map(String.init), directory: directory)
    }
}
