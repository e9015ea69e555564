// SPDX-License-Identifier: MIT

import JSON
import OCI

/// How a reject's bytes stand in a JSON line.
enum RejectedBytes {
    /// `,"element":<verbatim>` where the bytes are one line of JSON, else `,"element_base64":"…"`.
    static func member(_ bytes: [UInt8], _ problem: RejectProblem) -> [UInt8] {
        guard isOneLineOfJSON(bytes, problem) else {
            return Array(",\"element_base64\":\"\(Base64.encode(bytes))\"".utf8)
        }
        return Array(",\"element\":".utf8) + bytes
    }

    private static func isOneLineOfJSON(_ bytes: [UInt8], _ problem: RejectProblem) -> Bool {
        if bytes.contains(0x0A) || bytes.contains(0x0D) { return false }
        switch problem {
        case .invalidUTF8, .tooDeep: return false
        case .duplicateName, .notAnObject, .missingID, .invalidID, .duplicateID, .missingDatetime, .invalidDatetime,
            .tooLarge:
            return true
        }
    }
}
