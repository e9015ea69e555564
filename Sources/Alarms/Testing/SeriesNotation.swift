// SPDX-License-Identifier: MIT

/// The values of a series as test files write them: `1 _ 5x3 0+60x29 7#10 1~4m`.
///
/// Source: the notation of `promtool test rules`, with `#` for a count and `~` for a delay.
package struct SeriesNotation: Sendable, Hashable {
    /// One element for each step.
    package let items: [Item]

    /// What stands at one step.
    package struct Item: Sendable, Hashable {
        /// nil: no datapoint.
        package var value: Double?
        package var count = 1.0
        /// Milliseconds between its timestamp and its arrival.
        package var delay: Int64 = 0
    }

    /// Why a text is no series.
    package struct Problem: Error, Sendable, Hashable {
        /// The item in question, as written.
        package let item: String
        /// What is wrong with it.
        package let message: String
    }

    /// More steps than that are refused.
    package static let limit = 2_000_000

    /// Reads a text; no item at all is a series without datapoints.
    package init(_ text: String) throws(Problem) {
        var items: [Item] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            var reading = ItemReading(word)
            try reading.append(to: &items)
        }
        self.items = items
    }

    /// The shortest notation of values without counts and delays; NaN: none. At most `limit` characters, then `…`.
    package static func text(_ values: [Double], limit: Int = .max) -> String {
        var words: [String] = []
        var index = 0
        while index < values.count {
            var end = index + 1
            while end < values.count, same(values[end], values[index]) { end += 1 }
            let count = end - index
            let one = values[index].isNaN ? "_" : number(values[index])
            switch (values[index].isNaN, count) {
            case (_, 1): words.append(one)
            case (true, _): words.append("_x\(count)")
            default: words.append("\(one)x\(count - 1)")
            }
            index = end
        }
        let text = words.joined(separator: " ")
        return text.count <= limit ? text : text.prefix(max(0, limit - 1)) + "…"
    }

    /// `80`, `0.5`: without a fraction where there is none.
    package static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func same(_ left: Double, _ right: Double) -> Bool { left == right || left.isNaN && right.isNaN }
}

/// Reads one word of a series.
private struct ItemReading {
    let word: Substring
    var rest: Substring

    init(_ word: Substring) {
        self.word = word
        rest = word
    }

    mutating func append(to items: inout [SeriesNotation.Item]) throws(SeriesNotation.Problem) {
        if rest.first == "_" { return try appendGap(to: &items) }
        guard let start = number() else { throw problem("it begins with neither a number nor _") }
        var item = SeriesNotation.Item(value: start)
        let step = try self.step()
        let repeats = try suffixes(of: &item)
        if step != 0, repeats == nil { throw problem("a step needs a repeat behind it, as in 0+2x3") }
        let count = repeats ?? 0
        guard items.count + count < SeriesNotation.limit else { throw problem("the series becomes too long") }
        for index in 0...count {
            item.value = start + Double(index) * step
            items.append(item)
        }
    }

    private mutating func appendGap(to items: inout [SeriesNotation.Item]) throws(SeriesNotation.Problem) {
        rest = rest.dropFirst()
        var count = 1
        if !rest.isEmpty {
            guard rest.popFirst() == "x", let steps = digits(), rest.isEmpty else {
                throw problem("a gap is written _ or _x4")
            }
            count = steps
        }
        guard items.count + count <= SeriesNotation.limit else { throw problem("the series becomes too long") }
        items += [SeriesNotation.Item](repeating: SeriesNotation.Item(value: nil), count: count)
    }

    private mutating func step() throws(SeriesNotation.Problem) -> Double {
        guard let sign = rest.first, sign == "+" || sign == "-" else { return 0 }
        rest = rest.dropFirst()
        guard let step = number() else { throw problem("no number follows \(sign)") }
        return sign == "+" ? step : -step
    }

    /// `#count`, `~delay` and `xN`, each at most once; returns N.
    private mutating func suffixes(of item: inout SeriesNotation.Item) throws(SeriesNotation.Problem) -> Int? {
        var repeats: Int?
        var seen: Set<Character> = []
        while let sign = rest.popFirst() {
            guard seen.insert(sign).inserted else { throw problem("\(sign) stands twice") }
            switch sign {
            case "x":
                guard let count = digits() else { throw problem("no count follows x") }
                repeats = count
            case "#":
                guard let count = number(), count > 0 else { throw problem("no count above 0 follows #") }
                item.count = count
            case "~":
                let text = rest.prefix { $0 != "x" && $0 != "#" }
                rest = rest.dropFirst(text.count)
                guard let delay = TestTime.length(text) else { throw problem("no delay such as 4m follows ~") }
                item.delay = delay
            default: throw problem("nothing is known that begins with \(sign)")
            }
        }
        return repeats
    }

    private mutating func digits() -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return Int(digits).flatMap { $0 < SeriesNotation.limit ? $0 : nil }
    }

    private mutating func number() -> Double? {
        var length = rest.first == "-" ? 1 : 0
        let characters = Array(rest)
        func skipDigits() {
            while length < characters.count, characters[length].isASCII, characters[length].isNumber { length += 1 }
        }
        skipDigits()
        if length < characters.count, characters[length] == "." {
            length += 1
            skipDigits()
        }
        if length + 1 < characters.count, characters[length] == "e" {
            let before = length
            length += characters[length + 1] == "-" || characters[length + 1] == "+" ? 2 : 1
            let start = length
            skipDigits()
            if length == start { length = before }
        }
        guard let value = Double(String(characters[..<length])), value.isFinite else { return nil }
        rest = rest.dropFirst(length)
        return value
    }

    private func problem(_ message: String) -> SeriesNotation.Problem {
        SeriesNotation.Problem(item: String(word), message: message)
    }
}
