// SPDX-License-Identifier: MIT

extension VaultCredential {
    /// Puts the credential together; throws, naming the secret, where one is missing or not what it should be.
    static func parts(
        _ contents: [SecretName: Result<Secret, OCIError>], vault: String
    ) throws(OCIError) -> Parts {
        let user = try text(.user, contents, vault)
        let tenancy = try text(.tenancy, contents, vault)
        let fingerprint = try text(.fingerprint, contents, vault).lowercased()
        let pem = try content(.privateKey, contents, vault)
        let key: PrivateKey
        do {
            key = try PrivateKey(pem: pem)
        } catch {
            throw problem(.privateKey, vault, "\(error); store the PEM text of the API key as it is")
        }
        try check(fingerprint, of: key, vault)
        let credential = Credential(keyID: Secret("\(tenancy)/\(user)/\(fingerprint)"), key: key)
        return Parts(credential: credential, tenancy: tenancy, region: try region(contents, vault))
    }

    /// The secret need not exist, and OCI tells missing from forbidden in no way.
    private static func region(
        _ contents: [SecretName: Result<Secret, OCIError>], _ vault: String
    ) throws(OCIError) -> String? {
        if case .failure(let error) = contents[.region], error.httpStatus == 404 { return nil }
        let region = try text(.region, contents, vault)
        return region.isEmpty ? nil : region
    }

    private static func check(_ fingerprint: String, of key: PrivateKey, _ vault: String) throws(OCIError) {
        let actual: String?
        do {
            actual = try key.fingerprint()
        } catch {
            throw problem(.privateKey, vault, "\(error)")
        }
        guard let actual, actual != fingerprint else { return }
        throw problem(
            .fingerprint, vault,
            "it is not that of the key in oci-private-key, which is \(actual); store that one, or the key it belongs to"
        )
    }

    private static func text(
        _ name: SecretName, _ contents: [SecretName: Result<Secret, OCIError>], _ vault: String
    ) throws(OCIError) -> String {
        let bytes = try content(name, contents, vault).reveal()
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw problem(
                name, vault,
                "it must be one word of ASCII text; store the value alone, without quotes, blanks or a second line")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func content(
        _ name: SecretName, _ contents: [SecretName: Result<Secret, OCIError>], _ vault: String
    ) throws(OCIError) -> Secret {
        switch contents[name] {
        case .success(let secret):
            guard !secret.isEmpty || name == .region else {
                throw problem(name, vault, "it is empty; store the value and make that version the current one")
            }
            return secret
        case .failure(let error): throw told(error, name, vault)
        case nil: throw problem(name, vault, "it was not asked for")
        }
    }

    /// Refusals become credential problems that say what to do; network trouble stays what it is.
    private static func told(_ error: OCIError, _ name: SecretName, _ vault: String) -> OCIError {
        switch error {
        case .service(let failure) where failure.status == 404:
            problem(
                name, vault,
                "not found, or hidden: create it in this vault, and allow 'read secret-bundles' for the principal"
                    + OCIError.quoted(failure.requestID))
        case .service(let failure) where [401, 403].contains(failure.status) && !failure.isClockSkew:
            problem(name, vault, "refused: \(failure); allow 'read secret-bundles' for the principal")
        case .unreadableBody(_, let text, let requestID):
            problem(
                name, vault,
                "the answer cannot be read: \(text)\(OCIError.quoted(requestID)); try again, then report it")
        default: error
        }
    }

    private static func problem(_ name: SecretName, _ vault: String, _ text: String) -> OCIError {
        .credential(
            CredentialProblem(
                kind: "vault",
                message: "secret '\(name.rawValue)' in vault '\(Wire.oneLine(vault, limit: 120))': \(text)"))
    }
}
