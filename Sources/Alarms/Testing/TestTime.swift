// SPDX-License-Identifier: MIT

/// Lengths of time as test files and incident lists write them: `1h30m`. Milliseconds.
package enum TestTime {
    private static let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]

    /// The length that `90m`, `1h30m`, `20s`, `2d` or `0` says, in milliseconds; nil for anything else.
    package static func length(_ text: some StringProtocol) -> Int64? {
        if text == "0" { return 0 }
        var total: Int64 = 0
        var rest = Substring(text)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let count = Int64(digits), count <= 10_000_000, let unit = rest.popFirst().flatMap({ units[$0] })
            else { return nil }
            total += count * unit
        }
        return text.isEmpty ? nil : total
    }

    /// `1h30m`, `3d2h`, `0`: the shortest way to say a length; milliseconds below a second are rounded away.
    package static func text(length: Int64) -> String {
        guard length >= 0 else { return "-" + text(length: -length) }
        var rest = length / 1_000
        var text = ""
        for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            if rest >= seconds { text += "\(rest / seconds)\(unit)" }
            rest %= seconds
        }
        return text.isEmpty ? "0" : text
    }
}
