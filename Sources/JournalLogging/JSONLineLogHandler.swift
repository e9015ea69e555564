// SPDX-License-Identifier: MIT

import JSON
public import Logging

/// Logs one JSON object a line: the values of the journal's fields under their dotted keys.
///
/// `time`, `level`, `message` and `message_id` come first, then the metadata sorted by key, then `code`.
public struct JSONLineLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private static let reserved: Set = ["time", "level", "message", "message_id", "code"]

    private let timestamp: @Sendable () -> String
    private let valueLimit: Int?
    private let write: @Sendable ([UInt8]) -> Void

    /// `timestamp` gives the present instant in RFC 3339; `write` gets whole lines with their LF and must not throw.
    ///
    /// Values of more than `valueLimit` characters are cut, and end with a remark that says so; lists and dictionaries
    /// of more become a text, and are cut likewise. nil leaves all of them whole. OCI Logging cuts at 10,000 without a
    /// word.
    public init(
        valueLimit: Int? = nil, timestamp: @escaping @Sendable () -> String,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.valueLimit = valueLimit
        self.timestamp = timestamp
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let line = LogLine(event, logger: metadata, provider: metadataProvider)
        var members = [
            JSONMember("time", .string(timestamp())), JSONMember("level", .string(line.level.rawValue)),
            JSONMember("message", .string(line.message)),
        ]
        if let event = line.event { members.append(JSONMember("message_id", .string(event.messageID))) }
        for entry in line.values {
            let name = Self.reserved.contains(entry.key) ? "metadata.\(entry.key)" : entry.key
            members.append(JSONMember(name, limited(Self.json(entry.value))))
        }
        members.append(JSONMember("code", .string("\(line.file):\(line.line)")))
        write(JSONValue.object(members).encoded() + [UInt8(ascii: "\n")])
    }

    private func limited(_ value: JSONValue) -> JSONValue {
        guard valueLimit != nil else { return value }
        switch value {
        case .string(let text): return .string(LongValue.cut(text, to: valueLimit))
        case .array, .object:
            let text = String(decoding: value.encoded(), as: UTF8.self)
            let cut = LongValue.cut(text, to: valueLimit)
            return cut == text ? value : .string(cut)
        default: return value
        }
    }

    /// Numbers and truth values logged as such stay what they are.
    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(json))
        case .dictionary(let members):
            .object(members.sorted { $0.key < $1.key }.map { JSONMember($0.key, json($0.value)) })
        case .stringConvertible(let value as Int): .int(value)
        case .stringConvertible(let value as Double): .double(value)
        case .stringConvertible(let value as Bool): .bool(value)
        default: .string(value.description)
        }
    }
}
