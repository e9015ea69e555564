// SPDX-License-Identifier: MIT

import YAML

extension SLOReader {
    mutating func budgetPolicy(_ node: YAMLNode?) -> BudgetPolicy? {
        let known = [OpenSLOAnnotation.carefulBelow, OpenSLOAnnotation.stopBelow]
        let found = annotations(node, of: "metadata.annotations", known: known)
        let shares = found.mapValues { share($0) }
        guard let careful = shares[known[0]], let stop = shares[known[1]] else {
            if let name = shares.keys.first, let mark = node?.mark {
                let other = known[name == known[0] ? 1 : 0]
                reading.note("metadata.annotations has \(name) without \(other); a policy has both", at: mark)
            }
            return nil
        }
        guard let careful, let stop else { return nil }
        if careful > stop { return BudgetPolicy(carefulBelow: careful, stopBelow: stop) }
        reading.note("metadata.annotations: \(known[0]) must be more than \(known[1])", at: node?.mark ?? .start)
        return nil
    }

    /// `25 %` as 0.25.
    private mutating func share(_ annotation: Annotation) -> Double? {
        let text = annotation.text
        if text.hasSuffix(" %"), let number = Decimal(String(text.dropLast(2))), let tenths = number.scaled(1),
            (0...1_000).contains(tenths)
        {
            return Double(tenths) / 1_000
        }
        reading.note(
            "metadata.annotations.\(annotation.name) must be a share of the error budget from \"0 %\" to \"100 %\", not \"\(text)\"",
            at: annotation.mark)
        return nil
    }

    struct Annotation {
        let name: String
        let text: String
        let mark: YAMLMark
    }

    /// Those of this program by name; others with its prefix, and what was probably meant to have it, are problems. All
    /// others are somebody else's.
    mutating func annotations(_ node: YAMLNode?, of what: String, known: [String]) -> [String: Annotation] {
        var found: [String: Annotation] = [:]
        for (name, text, mark) in reading.texts(node, of: what) {
            if known.contains(name) {
                found[name] = Annotation(name: name, text: text, mark: mark)
                continue
            }
            let hint = FieldSpelling.hint(for: name, among: known)
            guard name.hasPrefix(OpenSLOAnnotation.prefix) || !hint.isEmpty else { continue }
            reading.note("\(what) has no \"\(name)\" that this program knows\(hint)", at: mark)
        }
        return found
    }
}
