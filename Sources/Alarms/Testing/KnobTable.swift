// SPDX-License-Identifier: MIT

package import MQL

/// The knobs of an evaluation by name, for `profile:` in test files and for runs that flip each alone.
package enum KnobTable {
    /// One knob: its name and its choices, the default first.
    package struct Knob: Sendable {
        package let name: String
        /// As written in a profile; the default first.
        package let choices: [String]
        private let setting: @Sendable (inout Knobs, String) -> Void
        private let reading: @Sendable (Knobs) -> String

        /// A knob that lies at `path`.
        fileprivate init<Choice: CaseIterable & RawRepresentable<String> & Sendable>(
            _ name: String, _ path: any WritableKeyPath<Knobs, Choice> & Sendable
        ) {
            self.name = name
            choices = Choice.allCases.map(\.rawValue)
            setting = { knobs, text in
                if let choice = Choice(rawValue: text) { knobs[keyPath: path] = choice }
            }
            reading = { $0[keyPath: path].rawValue }
        }

        /// Chooses; a text that is none of the choices changes nothing.
        package func set(_ choice: String, in knobs: inout Knobs) { setting(&knobs, choice) }

        /// What is chosen.
        package func choice(in knobs: Knobs) -> String { reading(knobs) }
    }

    /// In the order of the specification.
    package static let all: [Knob] = [
        Knob("missingWhileFiring", \.missingWhileFiring), Knob("arithmeticMissing", \.arithmeticMissing),
        Knob("streamMatching", \.streamMatching), Knob("nestedFalse", \.nestedFalse),
        Knob("rateSinglePoint", \.rateSinglePoint), Knob("incrementBase", \.incrementBase),
        Knob("percentile", \.percentile), Knob("groupedMean", \.groupedMean), Knob("notInBounds", \.notInBounds),
        Knob("labelAnchor", \.labelAnchor), Knob("resetKind", \.resetKind), Knob("overrides", \.overrides),
        Knob("suppression", \.suppression), Knob("joinPrecedence", \.joinPrecedence), Knob("fuzzyCase", \.fuzzyCase),
        Knob("unknownDimension", \.unknownDimension), Knob("absentEdge", \.absentEdge),
        Knob("visibility", \.visibility),
    ]

    /// The knob of that name.
    package static func named(_ name: String) -> Knob? { all.first { $0.name == name } }

    /// Each knob with each choice that `knobs` does not make, alone.
    package static func flips(of knobs: Knobs) -> [(name: String, choice: String, knobs: Knobs)] {
        all.flatMap { knob in
            knob.choices.filter { $0 != knob.choice(in: knobs) }.map { choice in
                var flipped = knobs
                knob.set(choice, in: &flipped)
                return (knob.name, choice, flipped)
            }
        }
    }
}
