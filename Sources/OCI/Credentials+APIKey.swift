// SPDX-License-Identifier: MIT

extension CredentialSource {
    /// The API key of a profile. Reads the key file now; throws all problems of the profile at once.
    ///
    /// Where the key is not the one the profile's fingerprint names, that is said here: it is the most common 401.
    package static func apiKey(
        _ profile: ConfigFile.Profile, _ environment: CredentialEnvironment
    ) throws(OCIError) -> CredentialSource {
        let settings: ConfigFile.APIKeySettings
        do { settings = try profile.apiKey(environment: environment.variables) } catch { throw .config(error) }
        let path = ConfigFile.expand(settings.keyFile, home: environment.home, environment.variables)
        let what = "key file \(path) of \(profile)"
        let pem = try environment.secret(at: path, what: what, missing: "key_missing")
        let key = try PrivateKey.load(pem, passphrase: profile.passphrase, what: what)
        return try apiKey(
            origin: "api key of \(profile)", user: settings.user, tenancy: settings.tenancy,
            fingerprint: settings.fingerprint, region: environment.regions.region(settings.region).identifier, key: key)
    }

    /// An API key given by its parts; `fingerprint` must be the key's (not checked in FIPS mode, which has no MD5).
    package static func apiKey(
        origin: String, user: String, tenancy: String, fingerprint: String, region: String?, key: PrivateKey
    ) throws(OCIError) -> CredentialSource {
        let actual: String?
        do { actual = try key.fingerprint() } catch { throw .problem("key_invalid", "\(origin): \(error)") }
        if let actual, actual != fingerprint {
            throw .problem(
                "key_invalid",
                "\(origin): the key's fingerprint is \(actual), but \(fingerprint) is configured; name the right key_file, "
                    + "or put the fingerprint shown beside this key in the console into the profile")
        }
        let credential = Credential(keyID: Secret("\(tenancy)/\(user)/\(fingerprint)"), key: key)
        return CredentialSource(
            origin: origin, tenancy: tenancy, region: region, current: { () async throws(OCIError) in credential },
            renew: { (_) async throws(OCIError) in nil })
    }
}

extension OCIError {
    static func config(_ error: ConfigFileError) -> OCIError { .problem("config_invalid", "\(error)") }
}
