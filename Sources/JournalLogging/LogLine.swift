// SPDX-License-Identifier: MIT

import Logging

/// What a handler was given, brought into the one shape that all three print.
struct LogLine {
    let level: Logger.Level
    /// At most 512 characters.
    let message: String
    /// Sorted by key; dictionaries are flattened into dotted keys.
    let values: [(key: String, value: Logger.MetadataValue)]
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
        var merged = logger
        if let provider { merged.merge(provider.get()) { $1 } }
        if let own = event.metadata { merged.merge(own) { $1 } }
        if let error = event.error {
            merged["error.message"] = merged["error.message"] ?? .string("\(error)")
        }
        values = merged.flatMap { Self.flat($0.key, $0.value) }.sorted { $0.key < $1.key }
        file = event.file
        line = event.line
        function = event.function
    }

    /// Counts Unicode scalars, since one character may be made of any number of them.
    private static func cut(_ message: String) -> String {
        let scalars = message.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: 512, limitedBy: scalars.endIndex),
            end != scalars.endIndex
        else { return message }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }

    private static func flat(
        _ key: String, _ value: Logger.MetadataValue
    ) -> [(key: String, value: Logger.MetadataValue)] {
        guard case .dictionary(let inner) = value else { return [(key, value)] }
        return inner.flatMap { flat("\(key).\($0.key)", $0.value) }
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
