// SPDX-License-Identifier: MIT

package import FoundationEssentials
import HTTPTypes
import JSON

/// Reads secrets from Vault (contract §7.4). Their content is a `Secret`: it is never printed or logged.
package struct Secrets: Sendable {
    package let client: OCIClient

    package init(client: OCIClient) { self.client = client }

    /// Which version of a secret; at most one selector may be named.
    package enum Selector: Sendable, Hashable {
        /// The version in use.
        case current
        case number(Int)
        case name(String)
        /// `PENDING` `LATEST` `PREVIOUS` `DEPRECATED`.
        case stage(String)
    }

    /// GetSecretBundle.
    package func bundle(id: String, _ selector: Selector = .current) async throws(OCIError) -> SecretBundle {
        var call = OCIClient.Call("GetSecretBundle", .secrets, .get, "/secretbundles/\(id)")
        call.subject = id
        Self.select(selector, in: &call)
        return try SecretBundle(try await client.send(call))
    }

    /// GetSecretBundleByName: a POST whose empty body is signed.
    package func bundle(
        named name: String, vault: String, _ selector: Selector = .current
    ) async throws(OCIError) -> SecretBundle {
        var call = OCIClient.Call("GetSecretBundleByName", .secrets, .post, "/secretbundles/actions/getByName")
        call.subject = name
        call.ask("secretName", name)
        call.ask("vaultId", vault)
        Self.select(selector, in: &call)
        call.body = []
        return try SecretBundle(try await client.send(call))
    }

    /// ListSecretBundleVersions: every version, without content.
    package func versions(of id: String) async throws(OCIError) -> [SecretVersion] {
        var call = OCIClient.Call("ListSecretBundleVersions", .secrets, .get, "/secretbundles/\(id)/versions")
        call.subject = id
        return try await client.allPages(call).map(SecretVersion.init)
    }

    /// The id of the active vault called `name` in `compartment` (ListVaults of key management).
    ///
    /// Throws `credential` (`vault`) where there is none or more than one.
    package func vaultID(named name: String, compartment: String) async throws(OCIError) -> String {
        var call = OCIClient.Call("ListVaults", .vaults, .get, "/vaults")
        call.subject = name
        call.ask("compartmentId", compartment)
        let vaults = try await client.allPages(call)
        let active = vaults.filter { ($0.text("lifecycleState") ?? "ACTIVE") == "ACTIVE" }
        let found = active.filter { $0.text("displayName") == name }.compactMap { $0.text("id") }
        if let id = found.first, found.count == 1 { return id }
        let problem =
            found.isEmpty
            ? "there is none among the \(active.count) active vaults the policy shows; check vault.name, "
                + "vault.compartment and vault.region"
            : "there are \(found.count) of that name; set vault.id instead"
        throw .credential(
            CredentialProblem(kind: "vault", message: "vault '\(Wire.oneLine(name, limit: 80))': \(problem)"))
    }

    private static func select(_ selector: Selector, in call: inout OCIClient.Call) {
        switch selector {
        case .current: break
        case .number(let number): call.ask("versionNumber", number)
        case .name(let name): call.ask("secretVersionName", name)
        case .stage(let stage): call.ask("stage", stage)
        }
    }
}

/// A secret's content in one version.
package struct SecretBundle: Sendable, Hashable {
    package let secretID: String
    package let version: SecretVersion
    /// Decoded.
    package let content: Secret

    /// Error texts never quote the body: it holds the secret.
    init(_ answer: OCIClient.Answer) throws(OCIError) {
        let body = try answer.json()
        guard let content = body["secretBundleContent"] else {
            throw answer.unreadable("'secretBundleContent' is missing")
        }
        guard content["contentType"]?.string == "BASE64" else {
            throw answer.unreadable("a contentType other than BASE64")
        }
        guard let bytes = content["content"]?.string.flatMap({ Base64.decode($0) }) else {
            throw answer.unreadable("its content is not Base64")
        }
        secretID = try answer.text("secretId", of: body)
        version = SecretVersion(body)
        self.content = Secret(bytes)
    }
}

/// One version of a secret, without content.
package struct SecretVersion: Sendable, Hashable {
    package let number: Int?
    package let name: String?
    /// `CURRENT` `LATEST` …; texts of later years are kept.
    package let stages: [String]
    package let timeCreated: Date?
    package let timeOfExpiry: Date?

    init(_ body: JSONValue) {
        number = body["versionNumber"]?.int
        name = body.text("versionName")
        stages = body.list("stages").compactMap(\.string)
        timeCreated = body.date("timeCreated")
        timeOfExpiry = body.date("timeOfExpiry")
    }
}
