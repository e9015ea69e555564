// SPDX-License-Identifier: MIT

/// An RSA private key (placeholder of the skeleton; being written).
package final class PrivateKey: Sendable {
    init() {}
}
