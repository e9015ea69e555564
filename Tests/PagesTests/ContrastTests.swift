// SPDX-License-Identifier: MIT

import Glibc
import Pages
import Testing

/// WCAG 2.2, success criteria 1.4.3 and 1.4.11, from the stylesheet's own colours.
@Suite struct ContrastTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        let front: Palette.Token
        let ground: Palette.Token
        let isDark: Bool
        let least: Double

        var ratio: Double {
            let values = [front, ground].map { luminance(isDark ? $0.dark : $0.light) }.sorted()
            return (values[1] + 0.05) / (values[0] + 0.05)
        }
        var testDescription: String { "\(front.name) on \(ground.name), \(isDark ? "dark" : "light")" }
    }

    static var pairs: [Pair] {
        let grounds = Palette.tokens.filter { $0.use == .ground }
        let plain = grounds.filter { ["page", "surface"].contains($0.name) }
        return [false, true].flatMap { isDark in
            Palette.tokens.flatMap { token -> [Pair] in
                switch token.use {
                case .text: grounds.map { Pair(front: token, ground: $0, isDark: isDark, least: 4.5) }
                case .graphic: plain.map { Pair(front: token, ground: $0, isDark: isDark, least: 3) }
                // Letters of the surface's colour stand on it.
                case .lettered:
                    plain.map { Pair(front: token, ground: $0, isDark: isDark, least: $0.name == "surface" ? 4.5 : 3) }
                case .ground, .decoration: []
                }
            } + toned(isDark)
        }
    }

    /// Shapes of badges and banners on their tints.
    private static func toned(_ isDark: Bool) -> [Pair] {
        ["good", "careful", "bad", "unknown"].flatMap { name in
            Palette.tokens.filter { $0.name == name }.flatMap { token in
                Palette.tokens.filter { $0.name == "\(name)-tint" }
                    .map { Pair(front: token, ground: $0, isDark: isDark, least: 3) }
            }
        }
    }

    @Test(arguments: pairs) func `what is to be read or seen stands out`(pair: Pair) {
        #expect(pair.ratio >= pair.least)
    }

    @Test func `there are pairs to compare, and the formula is WCAG's`() {
        #expect(Self.pairs.count > 60)
        #expect(abs(luminance("#ffffff") - 1) < 1e-9)
        #expect(abs(luminance("#777777") - 0.1845) < 1e-3)
    }

    @Test func `the page declares each colour in both schemes`() {
        let html = Page(title: "t", language: "en", body: []).html
        for token in Palette.tokens {
            #expect(html.contains("--\(token.name):\(token.light);"))
            #expect(html.contains("--\(token.name):\(token.dark);"))
        }
    }
}

/// Relative luminance of `#RRGGBB`.
private func luminance(_ colour: String) -> Double {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
}
