// SPDX-License-Identifier: MIT

/// Path and query of a request, escaped once and then sent and signed as they are.
///
/// Written as a literal: text stands as written, every interpolated value is escaped strictly, its slashes too.
///
///     let target: RequestTarget = "/n/\(namespace)/b/\(bucket)/o"
///     target.query("prefix", prefix).query("limit", "1000").text
package struct RequestTarget: Sendable, Hashable {
    private var path: String
    private var pairs: [String] = []

    /// What goes on the wire: an empty path is `/`, without parameters there is no `?`.
    package var text: String {
        let start = path.isEmpty ? "/" : path
        return pairs.isEmpty ? start : start + "?" + pairs.joined(separator: "&")
    }

    /// Adds `name=value`, both escaped, after those already there; nil adds nothing, an empty value gives `name=`.
    package func query(_ name: String, _ value: String?) -> RequestTarget {
        guard let value else { return self }
        return adding(PercentEncoding.encode(name) + "=" + PercentEncoding.encode(value))
    }

    /// Adds `true` or `false`; nil adds nothing.
    package func query(_ name: String, _ value: Bool?) -> RequestTarget {
        query(name, value.map { $0 ? "true" : "false" })
    }

    /// Adds an integer; nil adds nothing.
    package func query(_ name: String, _ value: Int?) -> RequestTarget { query(name, value.map { String($0) }) }

    /// Adds a name without `=`.
    package func flag(_ name: String) -> RequestTarget { adding(PercentEncoding.encode(name)) }

    private func adding(_ pair: String) -> RequestTarget {
        var target = self
        target.pairs.append(pair)
        return target
    }
}

extension RequestTarget: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { path = value }
    package init(stringInterpolation: StringInterpolation) { path = stringInterpolation.path }

    /// Collects the pieces of a literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var path = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            path.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        package mutating func appendLiteral(_ literal: String) { path += literal }
        package mutating func appendInterpolation(_ value: String) { path += PercentEncoding.encode(value) }
    }
}
