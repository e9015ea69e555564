// SPDX-License-Identifier: MIT

import FoundationEssentials
import Transport

/// A token and the key that belongs to it, each in a file or in a variable itself.
struct KeyPairFiles: Sendable {
    /// Text that is a path where it begins with a slash.
    enum Place: Sendable {
        case file(String)
        case literal(Secret)

        /// By the rule of the resource principal's variables (contract §4.4).
        init(variable text: String) { self = text.hasPrefix("/") ? .file(text) : .literal(Secret(text)) }
    }

    /// For messages: `resource principal`.
    let what: String
    let token: Place
    let key: Place
    let passphrase: Place?
    let environment: CredentialEnvironment

    /// Token and key of one moment: both are read again where the key changed while the token was read.
    func read() throws(OCIError) -> Token {
        var pem = try secret(key, "key", missing: "key_missing")
        for _ in 1...5 {
            let text = try secret(token, "token", missing: "token_missing")
            let after = try secret(key, "key", missing: "key_missing")
            guard after == pem else {
                pem = after
                continue
            }
            return try pair(text, pem)
        }
        throw .problem("key_invalid", "\(what): the key kept changing while it was read; try again")
    }

    /// What the token says; nil where it cannot be read now, which using it will report.
    func claims() -> JWT? { (try? secret(token, "token", missing: "token_missing")).flatMap { JWT($0) } }

    private func pair(_ text: Secret, _ pem: Secret) throws(OCIError) -> Token {
        var phrase: Secret?
        if let passphrase { phrase = try secret(passphrase, "passphrase", missing: "key_encrypted") }
        let key = try PrivateKey.load(pem, passphrase: phrase, what: "\(what): the key\(name(key))")
        return try Token(text, key: key, now: environment.time.now()) { kind, problem in
            .problem(kind, "\(what): the token\(name(token)): \(problem)")
        }
    }

    private func secret(_ place: Place, _ part: String, missing kind: String) throws(OCIError) -> Secret {
        switch place {
        case .literal(let secret): secret.trimmed()
        case .file(let path): try environment.secret(at: path, what: "\(what), \(part)", missing: kind).trimmed()
        }
    }

    private func name(_ place: Place) -> String {
        guard case .file(let path) = place else { return "" }
        return " in \(path)"
    }
}
