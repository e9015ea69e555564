// SPDX-License-Identifier: MIT

package import JSON
package import YAML

/// Where in a document something stands: `overrides[1].severity`.
package struct DocumentPath: Sendable, Hashable {
    /// One step down.
    package enum Step: Sendable, Hashable {
        case member(String)
        case element(Int)
    }

    /// From the root down.
    package let steps: [Step]

    /// The place after these steps; none: the document itself.
    package init(_ steps: [Step] = []) { self.steps = steps }

    /// The member of the object here.
    package func member(_ name: String) -> DocumentPath { DocumentPath(steps + [.member(name)]) }
    /// The element of the list here, from 0.
    package func element(_ index: Int) -> DocumentPath { DocumentPath(steps + [.element(index)]) }
}

extension DocumentPath: CustomStringConvertible {
    package var description: String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .element(let index): text += "[\(index)]"
            case .member(let name) where name.utf8.allSatisfy(Self.isPlain) && !name.isEmpty:
                text += text.isEmpty ? name : "." + name
            case .member(let name): text += "[\(JSONValue.string(name).text)]"
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
    }
}

/// One thing that is wrong with a definition.
package struct AlarmProblem: Sendable, Hashable {
    /// Where.
    package var path: DocumentPath
    /// What stands there, as JSON, cut to a length for people; nil where nothing does.
    package let value: String?
    /// What should: "must be one of CRITICAL ERROR WARNING INFO".
    package let rule: String
    /// What was probably meant.
    package let suggestion: String?
    /// The place in the YAML text, where it was read from one.
    package var mark: YAMLMark?

    /// A problem with the value that stands at `path`.
    package init(_ path: DocumentPath, _ value: JSONValue?, _ rule: String, suggestion: String? = nil) {
        self.path = path
        self.value = value.map { Self.shortened($0.text) }
        self.rule = rule
        self.suggestion = suggestion
    }

    private static func shortened(_ text: String) -> String { text.count > 80 ? text.prefix(79) + "…" : text }
}

extension AlarmProblem: CustomStringConvertible {
    /// `overrides[1].severity: "CRITCAL" must be one of CRITICAL ERROR WARNING INFO; did you mean "CRITICAL"?`
    package var description: String {
        let place = path.steps.isEmpty ? "" : "\(path): "
        let meant = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
        return (mark.map { "\($0): " } ?? "") + place + (value.map { $0 + " " } ?? "") + rule + meant
    }
}

/// Why an alarm cannot be used: everything that is wrong with it, at once.
package struct AlarmError: Error, Sendable, Hashable {
    /// The alarm's key, or the file's name.
    package let key: String
    /// At least one, in the order of the document.
    package let problems: [AlarmProblem]

    /// An error about the alarm `key`.
    package init(key: String, _ problems: [AlarmProblem]) {
        self.key = key
        self.problems = problems
    }
}

extension AlarmError: CustomStringConvertible {
    /// A line for each problem.
    package var description: String { problems.map { "alarm \(key): \($0)" }.joined(separator: "\n") }
}
