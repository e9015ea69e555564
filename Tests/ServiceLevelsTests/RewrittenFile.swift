// SPDX-License-Identifier: MIT

import YAML

/// A file written anew, with one key of it left out, written twice, renamed or put in, and where that key stands then.
struct RewrittenFile {
    enum Change: Sendable {
        case none
        case drop, double
        case rename(String)
        /// Another field, before those of the mapping at the path.
        case insert(String)
    }

    private let target: String
    private let change: Change
    private var lines: [String] = []
    /// Of the key that was changed; the second one of two.
    private(set) var place: YAMLMark?

    /// - Parameter path: of a key, or of a mapping to put one in: `spec.objectives[0].target`; empty for the file.
    init(_ root: YAMLNode, _ path: String, _ change: Change) {
        (target, self.change) = (path, change)
        write(root, indent: 0, path: "")
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Paths of all keys, outer ones first.
    static func keys(of node: YAMLNode, path: String = "") -> [String] {
        if let list = node.sequence {
            return list.enumerated().flatMap { keys(of: $1, path: "\(path)[\($0)]") }
        }
        return (node.mapping ?? []).flatMap { entry in
            let own = join(path, entry.key)
            return [own] + keys(of: entry.value, path: own)
        }
    }

    static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }

    private mutating func write(_ node: YAMLNode, indent: Int, path: String) {
        if let list = node.sequence {
            for (index, element) in list.enumerated() {
                add("-", element, indent: indent, path: "\(path)[\(index)]")
            }
            return
        }
        if case .insert(let key) = change, path == target { addChanged("\(key): x", indent) }
        for entry in node.mapping ?? [] {
            let own = Self.join(path, entry.key)
            guard own == target else {
                add("\(entry.key):", entry.value, indent: indent, path: own)
                continue
            }
            switch change {
            case .drop: continue
            case .none, .insert: add("\(entry.key):", entry.value, indent: indent, path: own)
            case .double:
                add("\(entry.key):", entry.value, indent: indent, path: own)
                place = YAMLMark(line: lines.count + 1, column: indent + 1)
                add("\(entry.key):", entry.value, indent: indent, path: own)
            case .rename(let name):
                place = YAMLMark(line: lines.count + 1, column: indent + 1)
                add("\(name):", entry.value, indent: indent, path: own)
            }
        }
    }

    private mutating func addChanged(_ line: String, _ indent: Int) {
        lines.append(String(repeating: " ", count: indent) + line)
        place = YAMLMark(line: lines.count, column: indent + 1)
    }

    private mutating func add(_ head: String, _ value: YAMLNode, indent: Int, path: String) {
        let start = String(repeating: " ", count: indent) + head
        if let scalar = value.scalar {
            lines.append(start + " " + (scalar.style == .plain ? scalar.text : "\"\(scalar.text)\""))
        } else {
            lines.append(start)
            write(value, indent: indent + 2, path: path)
        }
    }
}
