// SPDX-License-Identifier: MIT

/// One value of a YAML text and where it begins.
///
/// A scalar stays the text it is: whether `on` is a word or a truth is decided by whoever reads the value.
package struct YAMLNode: Sendable, Hashable {
    package let content: Content
    /// An explicit tag, resolved (`tag:yaml.org,2002:str` for `!!str`); nil where none is written.
    package let tag: String?
    package let mark: YAMLMark

    package init(_ content: Content, tag: String? = nil, mark: YAMLMark) {
        self.content = content
        self.tag = tag
        self.mark = mark
    }

    package enum Content: Sendable, Hashable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order written; keys are scalars and differ from each other.
        case mapping([YAMLEntry])
    }
}

/// The text of a scalar after unquoting and folding.
package struct YAMLScalar: Sendable, Hashable {
    package let text: String
    package let style: Style

    package init(text: String, style: Style) {
        self.text = text
        self.style = style
    }

    package enum Style: Sendable, Hashable { case plain, singleQuoted, doubleQuoted, literal, folded }

    /// An unquoted nothing, `~` or `null`: the spellings of null in YAML's core schema.
    package var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(text) }
}

/// One key of a mapping and its value.
package struct YAMLEntry: Sendable, Hashable {
    package let key: String
    package let keyMark: YAMLMark
    package let value: YAMLNode

    package init(key: String, keyMark: YAMLMark, value: YAMLNode) {
        self.key = key
        self.keyMark = keyMark
        self.value = value
    }
}

extension YAMLNode {
    /// The scalar, if this is one.
    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The elements, if this is a sequence.
    package var sequence: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// The entries, if this is a mapping.
    package var mapping: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The value under `key`; nil where this is no mapping or has none.
    package subscript(key: String) -> YAMLNode? { mapping?.first { $0.key == key }?.value }
}
