// SPDX-License-Identifier: MIT

/// Bytes as hexadecimal digits.
package enum Hex {
    /// Two digits a byte, lower-case unless asked otherwise, with `separator` between bytes.
    package static func encode(_ bytes: [UInt8], separator: String = "", upperCase: Bool = false) -> String {
        let digits = Array((upperCase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        let pairs = bytes.map { String(decoding: [digits[Int($0 >> 4)], digits[Int($0 & 15)]], as: UTF8.self) }
        return pairs.joined(separator: separator)
    }
}
