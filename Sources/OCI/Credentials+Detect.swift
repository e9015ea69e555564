// SPDX-License-Identifier: MIT

/// `oci.auth`: how the program signs in.
package enum AuthMethod: String, Sendable, Hashable, CaseIterable {
    case auto
    case apiKey = "api_key"
    case sessionToken = "session_token"
    case instancePrincipal = "instance_principal"
    case resourcePrincipal = "resource_principal"
}

extension CredentialSource {
    /// The credential source for `oci.auth`.
    ///
    /// `auto` takes the first of: resource principal, where the platform has set its variables; the profile in the
    /// configuration file, as a session where it names a `security_token_file`, else as an API key; instance principal,
    /// where a metadata service answers within a second. `origin` says which it was. A source that is there and
    /// broken is an error, never skipped.
    ///
    /// - Parameters:
    ///   - configPath: the file to read; nil looks where the SDKs look.
    ///   - profile: nil: `DEFAULT`.
    package static func detect(
        _ method: AuthMethod, configPath: String? = nil, profile: String? = nil, _ environment: CredentialEnvironment
    ) async throws(OCIError) -> CredentialSource {
        switch method {
        case .resourcePrincipal: return try resourcePrincipal(environment)
        case .instancePrincipal: return try instancePrincipal(environment)
        case .apiKey: return try apiKey(requiredProfile(configPath, profile, environment), environment)
        case .sessionToken: return try sessionToken(requiredProfile(configPath, profile, environment), environment)
        case .auto: return try await automatic(configPath, profile, environment)
        }
    }

    private static func automatic(
        _ configPath: String?, _ profile: String?, _ environment: CredentialEnvironment
    ) async throws(OCIError) -> CredentialSource {
        if environment.variable(resourcePrincipalVersion) != nil { return try resourcePrincipal(environment) }
        if let found = try self.profile(configPath, profile, environment) {
            return found.isSession ? try sessionToken(found, environment) : try apiKey(found, environment)
        }
        if try await InstanceMetadata(environment).isThere() { return try instancePrincipal(environment) }
        throw .problem(
            "none_found",
            "no OCI credential: \(resourcePrincipalVersion) is not set, there is no \(standardPath(environment)), and no "
                + "instance metadata service answers; make a configuration file with `oci setup config`, or set oci.auth"
        )
    }

    private static func requiredProfile(
        _ configPath: String?, _ name: String?, _ environment: CredentialEnvironment
    ) throws(OCIError) -> ConfigFile.Profile {
        guard let profile = try profile(configPath, name, environment) else {
            throw .problem(
                "config_missing",
                "there is no \(standardPath(environment)): make it with `oci setup config`, or name another file")
        }
        return profile
    }

    /// nil where no file was named and none is where the SDKs look.
    private static func profile(
        _ configPath: String?, _ name: String?, _ environment: CredentialEnvironment
    ) throws(OCIError) -> ConfigFile.Profile? {
        let path = ConfigFile.locate(
            explicit: configPath, environment: environment.variables, home: environment.home,
            exists: { environment.files.exists($0) })
        guard let path else { return nil }
        let text = try environment.secret(at: path, what: "OCI configuration", missing: "config_missing")
        do {
            return try ConfigFile(text.reveal(), path: path).profile(name ?? ConfigFile.defaultProfile)
        } catch {
            throw .config(error)
        }
    }

    private static func standardPath(_ environment: CredentialEnvironment) -> String {
        environment.home.map { $0 + "/.oci/config" } ?? "~/.oci/config"
    }
}
