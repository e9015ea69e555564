// SPDX-License-Identifier: MIT

package import FoundationEssentials
import JSON

/// What a client reads of a JSON Web Token: its claims. The signature is the service's business.
package struct JWT: Sendable, Hashable {
    /// `exp`.
    package let expires: Date
    /// `iat`, where it is given.
    package let issued: Date?
    /// `res_tenant`, else `tenant`.
    package let tenancy: String?
    /// `res_compartment`.
    package let compartment: String?

    /// nil where the text is no token of three parts with a readable `exp`. Blanks around it must be gone already.
    package init?(_ token: Secret) {
        let parts = token.revealText().split(separator: ".", omittingEmptySubsequences: false)
        // The reason why a payload is no JSON is of no use to anybody; nil says that it is none.
        guard parts.count == 3, let payload = Base64.decodeURLSafe(parts[1]),
            let claims = try? JSONValue.parse(payload),
            let expires = claims["exp"]?.double, expires.isFinite
        else { return nil }
        self.expires = Date(timeIntervalSince1970: expires)
        issued = claims["iat"]?.double.map { Date(timeIntervalSince1970: $0) }
        tenancy = claims["res_tenant"]?.string ?? claims["tenant"]?.string
        compartment = claims["res_compartment"]?.string
    }
}

/// When a token is renewed and until when it serves (contract §4.3).
package struct TokenLifetime: Sendable, Hashable {
    package let issued: Date
    package let expires: Date

    /// - Parameter received: counts as the time of issue where the token names none.
    package init(_ token: JWT, received: Date) {
        issued = token.issued ?? received
        expires = token.expires
    }

    /// Past half of its life, but not sooner than five minutes before the end, and no later than one minute before it.
    package var renewal: Date {
        let half = issued + expires.timeIntervalSince(issued) / 2
        return min(max(half, expires - 300), expires - 60)
    }

    package func isDue(at now: Date) -> Bool { now >= renewal }
    package func isOver(at now: Date) -> Bool { now >= expires }
}
