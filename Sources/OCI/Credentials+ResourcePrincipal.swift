// SPDX-License-Identifier: MIT

extension CredentialSource {
    static let resourcePrincipalVersion = "OCI_RESOURCE_PRINCIPAL_VERSION"

    /// A resource principal of version 2.2, as functions and container instances have it in their environment.
    ///
    /// Token and key are read when first used, and again when the token is near its end or refused: the platform
    /// replaces the files in time. Region and tenancy are those the platform names.
    package static func resourcePrincipal(
        _ environment: CredentialEnvironment
    ) throws(OCIError) -> CredentialSource {
        try checkVersion(environment)
        let files = KeyPairFiles(
            what: "resource principal", token: try place("RPST", environment),
            key: try place("PRIVATE_PEM", environment),
            passphrase: environment.variable("OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE").map {
                .init(variable: $0)
            },
            environment: environment)
        let region: String?
        if let name = environment.variable("OCI_RESOURCE_PRINCIPAL_REGION") {
            region = try environment.regions.region(String(name.filter { !$0.isWhitespace })).identifier
        } else {
            region = nil
        }
        let origin = "resource principal (\(resourcePrincipalVersion) 2.2)"
        let holder = TokenHolder(origin: origin, time: environment.time, logger: environment.logger) {
            (_, _) async throws(OCIError) in try files.read()
        }
        return CredentialSource(
            origin: origin, tenancy: files.claims()?.tenancy, region: region,
            current: { () async throws(OCIError) in try await holder.current() },
            renew: { (rejected) async throws(OCIError) in try await holder.renewed(after: rejected) })
    }

    private static func checkVersion(_ environment: CredentialEnvironment) throws(OCIError) {
        switch environment.variable(resourcePrincipalVersion) {
        case "2.2": return
        case nil:
            throw .problem(
                "none_found",
                "resource principal: \(resourcePrincipalVersion) is not set; run where the platform sets it, or choose another "
                    + "oci.auth" + workloadHint(environment))
        case let version?:
            throw .problem(
                "none_found",
                "resource principal: \(resourcePrincipalVersion) is '\(Wire.oneLine(version, limit: 20))'; only version 2.2 is "
                    + "supported: use an instance principal or an API key")
        }
    }

    private static func workloadHint(_ environment: CredentialEnvironment) -> String {
        environment.variable("KUBERNETES_SERVICE_HOST") == nil ? "" : " (OKE workload identity is not supported)"
    }

    private static func place(
        _ suffix: String, _ environment: CredentialEnvironment
    ) throws(OCIError) -> KeyPairFiles.Place {
        let name = "OCI_RESOURCE_PRINCIPAL_" + suffix
        guard let text = environment.variable(name) else {
            throw .problem(
                suffix == "RPST" ? "token_missing" : "key_missing",
                "resource principal: \(name) is not set although \(resourcePrincipalVersion) is; the platform sets both: unset "
                    + "that one elsewhere, or choose another oci.auth" + workloadHint(environment))
        }
        return KeyPairFiles.Place(variable: text)
    }
}
