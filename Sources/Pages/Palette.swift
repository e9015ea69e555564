// SPDX-License-Identifier: MIT

/// The colours of a page, by what they mean; the stylesheet knows them as `--name`.
///
/// Outcomes are told apart by lightness and by blue against orange, as Okabe and Ito propose for colour-blind readers,
/// and never by colour alone.
package struct Palette: Sendable, Hashable {
    /// One colour: `#RRGGBB` on light and on dark.
    package struct Token: Sendable, Hashable {
        /// What it is for, and with that the contrast it needs.
        package enum Use: Sendable, Hashable {
            /// Something stands on it.
            case ground
            /// Letters: 4.5 to 1 on each ground.
            case text
            /// Shapes that say something: 3 to 1 on page and surface.
            case graphic
            /// Shapes that say something, with letters of the surface's colour on them: 4.5 to 1.
            case lettered
            /// Hairlines that nobody has to see.
            case decoration
        }

        package let name: String
        package let light: String
        package let dark: String
        package let use: Use

        init(_ name: String, _ light: String, _ dark: String, _ use: Use) {
            self.name = name
            self.light = light
            self.dark = dark
            self.use = use
        }
    }

    package static let tokens: [Token] = [
        Token("page", "#f5f6f8", "#0e1319", .ground),
        Token("surface", "#ffffff", "#161d26", .ground),
        Token("good-tint", "#e6f3f1", "#12302d", .ground),
        Token("careful-tint", "#faf0dd", "#362a12", .ground),
        Token("bad-tint", "#fbe9e3", "#3a1f17", .ground),
        Token("unknown-tint", "#eaedf2", "#232c38", .ground),
        Token("ink", "#17202b", "#e9eef4", .text),
        Token("muted", "#515c6b", "#aab5c3", .text),
        Token("accent", "#0b5cad", "#78b7f5", .text),
        Token("line", "#dde2e9", "#2a3441", .decoration),
        Token("track", "#e3e7ed", "#2a3441", .decoration),
        Token("edge", "#7d8897", "#75818f", .graphic),
        Token("good", "#1d8779", "#37ad9b", .graphic),
        Token("careful", "#9a5b00", "#e2a63d", .lettered),
        Token("bad", "#c03a0c", "#f47f54", .lettered),
        Token("killed", "#82256f", "#dc97d3", .lettered),
        Token("skipped", "#5a6880", "#94a3b8", .lettered),
        Token("missed", "#2b3543", "#d5dde7", .lettered),
        Token("unknown", "#5f6b7a", "#94a0af", .lettered),
    ]

    /// The declarations of one scheme: `--page:#…;`.
    static func declarations(dark: Bool) -> String {
        var out = ""
        for token in tokens { out += "--\(token.name):\(dark ? token.dark : token.light);" }
        return out
    }

    /// What series of a chart are drawn in, in their order; after the last the first comes again.
    static let series = ["accent", "careful", "good", "killed", "skipped", "bad"]
}
