// SPDX-License-Identifier: MIT

/// Lengths of time as the API writes them: ISO 8601 with weeks, days, hours, minutes and seconds in whole numbers.
package enum ISODuration {
    /// Milliseconds; nil for everything else, also for years and months, whose length is not fixed.
    package static func milliseconds(_ text: String) -> Int64? {
        var reader = DigitReader(text)
        guard reader.skip("P") else { return nil }
        var total: Int64 = 0
        var units = Array("WD")
        var isInTime = false
        var parts = 0
        while !reader.isAtEnd {
            if !isInTime, reader.skip("T") {
                (units, isInTime, parts) = (Array("HMS"), true, 0)
                continue
            }
            guard let count = reader.digits(), let index = units.firstIndex(where: { reader.skip(String($0)) })
            else { return nil }
            total += count * seconds(units[index]) * 1000
            units.removeFirst(index + 1)
            parts += 1
        }
        return parts > 0 ? total : nil
    }

    /// The shortest form of one unit or two: `PT5M`, `PT2H`, `P1D`, `PT1H30M`, `PT0M`.
    package static func text(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        if seconds == 0 { return "PT0M" }
        if seconds % 86_400 == 0 { return "P\(seconds / 86_400)D" }
        let parts = [(seconds / 3600, "H"), (seconds / 60 % 60, "M"), (seconds % 60, "S")]
        return "PT" + parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    private static func seconds(_ unit: Character) -> Int64 {
        switch unit {
        case "W": 604_800
        case "D": 86_400
        case "H": 3600
        case "M": 60
        default: 1
        }
    }
}
