// SPDX-License-Identifier: MIT

/// A number as decimal digits: what a person wrote, without the rounding of binary fractions.
struct Decimal: Sendable, Hashable {
    /// All digits, the point left out.
    let digits: Int
    /// How many of them stand behind the point.
    let places: Int

    /// nil for anything but digits with at most one point among them, 15 digits at most, and a sign before them.
    init?(_ text: String) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        let isPlain =
            (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            }
        let all = parts.joined()
        guard isPlain, all.utf8.count <= 15, let value = Int(all) else { return nil }
        digits = isNegative ? -value : value
        places = parts.count == 2 ? parts[1].utf8.count : 0
    }

    /// The number times ten to the power of `places`; nil where it is finer than that, or too large for an Int.
    func scaled(_ places: Int) -> Int? {
        guard self.places <= places else { return nil }
        var value = digits
        for _ in self.places..<places {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !isTooLarge else { return nil }
            value = product
        }
        return value
    }

    /// `value` / 10^`places` without zeros at its end: 72,000 and 6 make `0.072`.
    static func text(_ value: Int, places: Int) -> String {
        var digits = String(value.magnitude)
        digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let whole = digits.dropLast(places)
        var fraction = digits.suffix(places)
        while fraction.hasSuffix("0") { fraction = fraction.dropLast() }
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}

/// OpenSLO's duration shorthand: a whole number and one unit, of which `M` is a month.
struct DurationShorthand: Sendable, Hashable {
    let count: Int
    let unit: Character

    /// nil where `text` is none, is nothing at all, or has another unit.
    init?(_ text: String, units: [Character]) {
        guard let last = text.last, units.contains(last) else { return nil }
        let digits = text.dropLast()
        let isPlain = (1...6).contains(digits.utf8.count) && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        guard isPlain, let value = Int(digits), value > 0 else { return nil }
        count = value
        unit = last
    }

    /// nil for months, whose length differs.
    var seconds: Int? {
        switch unit {
        case "s": count
        case "m": count * 60
        case "h": count * 3_600
        case "d": count * 86_400
        case "w": count * 604_800
        default: nil
        }
    }
}
