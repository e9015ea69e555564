// SPDX-License-Identifier: MIT

extension Syntax where Value == Duration {
    /// A number and a unit, more than zero and at most `limit`.
    static func duration(upTo limit: Duration) -> Syntax<Duration> {
        let expectation = "a number and a unit: 500ms, 30s, 5m, 1h (at most \(limit.shortText))"
        return Syntax(placeholder: "duration", expectation: expectation) { text throws(Unacceptable) in
            guard let value = Duration(shortText: text), value > .zero, value <= limit else {
                throw Unacceptable("must be \(expectation)")
            }
            return value
        } format: {
            $0.shortText
        }
    }
}

extension Duration {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000),
    ]

    /// Reads `500ms`, `30s`, `5m` and `1h`: digits and one unit, nothing else.
    init?(shortText text: String) {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)),
            let unit = Self.units.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else { return nil }
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow else { return nil }
        self = .milliseconds(milliseconds)
    }

    /// The shortest such text: `1h` for 60 minutes. Parts below a millisecond are left out.
    var shortText: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 } ?? Self.units[0]
        return milliseconds == 0 ? "0s" : "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
}
