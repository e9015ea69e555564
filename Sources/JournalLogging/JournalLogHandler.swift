// SPDX-License-Identifier: MIT

public import Logging
package import Systemd

/// Where journal entries go: a queue and a thread before journald's socket, shared by all loggers of a program.
public struct JournalDestination: Sendable {
    private let journal: Journal

    public init() { journal = Journal() }

    /// Whether journald's socket is there.
    public static var isAvailable: Bool { Journal.isAvailable }

    /// Entries that never reached journald.
    public var dropped: Int { journal.dropped }

    /// Waits until everything logged so far is sent or dropped; false where that took too long. Call it before exit.
    @discardableResult
    public func flush(within limit: Duration) -> Bool { journal.flush(within: limit) }

    package func send(_ entry: JournalEntry) { journal.send(entry) }
}

/// Logs into the systemd journal with one field for each metadata value.
///
/// The call itself never waits; see `JournalDestination`.
public struct JournalLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let identifier: String
    private let valueLimit: Int?
    private let send: @Sendable (JournalEntry) -> Void

    /// `identifier` is what `journalctl -t` asks for.
    ///
    /// The journal keeps values of any size exactly. Where something behind it does not (OCI Logging cuts at 10,000
    /// characters without a word), values of more than `valueLimit` characters are cut here, with a remark.
    public init(_ destination: JournalDestination, identifier: String, valueLimit: Int? = nil) {
        self.init(identifier: identifier, valueLimit: valueLimit, send: destination.send)
    }

    package init(identifier: String, valueLimit: Int? = nil, send: @escaping @Sendable (JournalEntry) -> Void) {
        self.valueLimit = valueLimit
        self.identifier = identifier
        self.send = send
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        send(entry(LogLine(event, logger: metadata, provider: metadataProvider)))
    }

    private func entry(_ line: LogLine) -> JournalEntry {
        var entry = JournalEntry(roomForBytes: 768, fields: line.values.count + 8)
        entry.add(JournalField.message, line.message)
        entry.add(JournalField.priority, String(line.level.priority))
        entry.add(JournalField.identifier, identifier)
        if let event = line.event { entry.add(JournalField.messageID, event.messageID) }
        for pair in line.values { add(pair.value, as: JournalField.name(for: pair.key), to: &entry) }
        entry.add(JournalField.codeFile, line.file)
        entry.add(JournalField.codeLine, String(line.line))
        entry.add(JournalField.codeFunction, line.function)
        return entry
    }

    /// A list becomes one field for each element: the journal keeps them all under one name.
    private func add(_ value: Logger.MetadataValue, as name: JournalFieldName, to entry: inout JournalEntry) {
        guard case .array(let elements) = value else {
            return entry.add(name, LongValue.cut(value.description, to: valueLimit))
        }
        for element in elements { add(element, as: name, to: &entry) }
    }
}
