// SPDX-License-Identifier: MIT

public import Logging

/// Logs for people at a terminal: time of day, level, message, then `key=value`, wrapped at the terminal's width.
///
/// What is the same on every line of a run (`run.id`, `job`, `env`) is shown from level debug on only.
public struct TextLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private static let constant: Set = ["run.id", "job", "env"]
    /// `07:30:00 warning  `
    private static let indent = 18

    private let timestamp: @Sendable () -> String
    private let columns: Int?
    private let isColoured: Bool
    private let write: @Sendable ([UInt8]) -> Void

    /// `timestamp` gives the present instant in RFC 3339, of which the time of day is shown; `columns` nil means one
    /// line however long; `write` gets whole lines with their LF and must not throw.
    public init(
        timestamp: @escaping @Sendable () -> String, columns: Int?, isColoured: Bool,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.timestamp = timestamp
        self.columns = columns
        self.isColoured = isColoured
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let line = LogLine(event, logger: metadata, provider: metadataProvider)
        let shown = line.values.filter { logLevel <= .debug || !Self.constant.contains($0.key) }
        let words = line.message.split(separator: " ", omittingEmptySubsequences: false).map {
            Self.printable(String($0))
        }
        let pairs = shown.map { "\($0.key)=\(Self.quoted($0.value.description))" }
        let text = "\(timestamp().dropFirst(11).prefix(8)) \(level(line.level)) \(wrapped(words, pairs))\n"
        write(Array(text.utf8))
    }

    /// Puts as many words in a line as fit; what is longer than a line stays whole.
    private func wrapped(_ words: [String], _ pairs: [String]) -> String {
        var text = ""
        var column = Self.indent
        for (index, part) in (words + pairs).enumerated() {
            // Two blanks between the message and its values.
            let gap = index == 0 ? "" : index == words.count ? "  " : " "
            let width = part.count + gap.count
            if let columns, index > 0, column + width > columns {
                text += "\n" + String(repeating: " ", count: Self.indent) + part
                column = Self.indent + part.count
            } else {
                text += gap + part
                column += width
            }
        }
        return text
    }

    private func level(_ level: Logger.Level) -> String {
        let word = level.rawValue
        let padded = word + String(repeating: " ", count: max(0, 8 - word.count))
        guard isColoured, let colour = Self.colour(level) else { return padded }
        return "\u{1B}[\(colour)m\(padded)\u{1B}[0m"
    }

    private static func colour(_ level: Logger.Level) -> Int? {
        switch level {
        case .critical, .error: 31
        case .warning: 33
        case .notice: 32
        case .trace, .debug: 2
        case .info: nil
        }
    }

    private static func quoted(_ value: String) -> String {
        let text = printable(value)
        return text.isEmpty || text.contains(" ") ? "\"\(text.replacing("\"", with: "\\\""))\"" : text
    }

    /// Control characters, which could move the cursor or forge a line, become visible.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
    }
}
