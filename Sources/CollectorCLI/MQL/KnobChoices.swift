// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import MQL

/// `--knob name=choice`.
enum KnobChoices {
    /// The rules with these changes. Throws what ArgumentParser shows for one that is not known.
    static func knobs(_ texts: [String]) throws -> Knobs {
        var knobs = Knobs()
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("--knob needs name=choice, as in --knob nestedFalse=zero, not '\(text)'")
            }
            guard let knob = KnobTable.named(parts[0]) else {
                let hint = nearest(to: parts[0], among: KnobTable.all.map(\.name)).map { "; did you mean \($0)?" } ?? ""
                throw ValidationError("there is no knob \(parts[0])\(hint)")
            }
            guard knob.choices.contains(parts[1]) else {
                throw ValidationError("--knob \(knob.name) is one of: \(knob.choices.joined(separator: ", "))")
            }
            knob.set(parts[1], in: &knobs)
        }
        return knobs
    }

    /// All knobs, the default first.
    static var table: String {
        let width = (KnobTable.all.map(\.name.count).max() ?? 0) + 2
        return KnobTable.all.map { knob in
            knob.name + String(repeating: " ", count: width - knob.name.count) + knob.choices.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
