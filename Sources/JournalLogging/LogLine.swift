// SPDX-License-Identifier: MIT

import Logging

/// What a handler was given, brought into the one shape that all three print.
struct LogLine {
    struct Value {
        let key: String
        let value: Logger.MetadataValue
    }

    let level: Logger.Level
    /// At most 512 characters.
    let message: String
    /// Sorted by key; dictionaries are flattened into dotted keys.
    let values: [Value]
    let file: String
    let line: UInt
    let function: String

    /// The `event` of the metadata, if it has an id.
    var event: EventID? {
        guard case .string(let name) = values.first(where: { $0.key == "event" })?.value else { return nil }
        return EventID.named(name)
    }

    /// What stands in the call beats what the task provides, which beats what the logger carries.
    init(_ event: LogEvent, logger: Logger.Metadata, provider: Logger.MetadataProvider?) {
        level = event.level
        message = Self.cut(event.message.description)
        values = Self.merged(event, provider: provider?.get() ?? [:], logger: logger)
        file = event.file
        line = event.line
        function = event.function
    }

    // Most of what logging an entry costs its caller: no dictionary is built, none is copied.
    private static func merged(
        _ event: LogEvent, provider: Logger.Metadata, logger: Logger.Metadata
    ) -> [Value] {
        let own = event.metadata ?? [:]
        var values: [Value] = []
        values.reserveCapacity(own.count + provider.count + logger.count + 1)
        for (key, value) in own { add(key, value, to: &values) }
        for (key, value) in provider where own[key] == nil { add(key, value, to: &values) }
        for (key, value) in logger where own[key] == nil && provider[key] == nil { add(key, value, to: &values) }
        let text = "error.message"
        if let error = event.error, own[text] == nil, provider[text] == nil, logger[text] == nil {
            values.append(Value(key: text, value: .string("\(error)")))
        }
        values.sort { $0.key < $1.key }
        return values
    }

    private static func add(_ key: String, _ value: Logger.MetadataValue, to values: inout [Value]) {
        guard case .dictionary(let inner) = value else { return values.append(Value(key: key, value: value)) }
        for (name, value) in inner { add("\(key).\(name)", value, to: &values) }
    }

    /// Counts Unicode scalars, since one character may be made of any number of them.
    private static func cut(_ message: String) -> String {
        // No text has more scalars than bytes, and that count costs nothing.
        guard message.utf8.count > 512 else { return message }
        let scalars = message.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 512, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return message }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }
}

extension Logger.Level {
    /// syslog's number.
    var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
