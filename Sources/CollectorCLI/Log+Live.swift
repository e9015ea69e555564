// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JournalLogging
import Ledger
import Logging
import Transport

/// Where this process's log goes, and how to be sure that it got there.
struct Log: Sendable {
    let logger: Logger
    private let journal: JournalDestination?

    /// OCI Logging cuts a field at 10,000 characters without a word; ours say so.
    private static let valueLimit = 9_900

    /// - Parameter run: stands in every entry.
    init(_ configuration: Configuration, run: RunID, time: TimeSource) {
        let facts = LogTarget.Facts(
            hasJournalSocket: JournalDestination.isAvailable,
            standardErrorIsJournal: HostFacts.isJournalStream(ProcessInfo.processInfo.environment["JOURNAL_STREAM"]),
            standardErrorIsTerminal: HostFacts.isTerminal(2))
        let target = LogTarget.resolve(LogTarget(rawValue: configuration.log.target.rawValue), facts)
        let journal = target == .journald ? JournalDestination() : nil
        let timestamp: @Sendable () -> String = { Timestamp.text(time.now()) }
        let logger = Logger(label: Product.name) { _ in
            switch target {
            case .journald:
                journal.map { JournalLogHandler($0, identifier: Product.name, valueLimit: Self.valueLimit) }
                    ?? SwiftLogNoOpLogHandler()
            case .json: JSONLineLogHandler(valueLimit: Self.valueLimit, timestamp: timestamp, write: Self.write)
            case .text:
                TextLogHandler(
                    timestamp: timestamp, columns: HostFacts.terminalWidth(2),
                    isColoured: facts.standardErrorIsTerminal
                        && ProcessInfo.processInfo.environment["NO_COLOR"] == nil,
                    write: Self.write)
            }
        }
        self.init(logger, journal, configuration, run)
    }

    private init(_ logger: Logger, _ journal: JournalDestination?, _ configuration: Configuration, _ run: RunID) {
        var logger = logger
        logger.logLevel = configuration.log.level
        logger[metadataKey: "run.id"] = "\(run)"
        logger[metadataKey: "job"] = "\(configuration.job)"
        logger[metadataKey: "env"] = "\(configuration.environment)"
        logger[metadataKey: "version"] = "\(Product.version)"
        self.logger = logger
        self.journal = journal
    }

    /// The log beside another program's output: never among it unless that is asked for.
    init(beside configuration: Configuration, run: RunID, time: TimeSource) {
        guard configuration.log.target == .auto else {
            self.init(configuration, run: run, time: time)
            return
        }
        let journal = JournalDestination.isAvailable ? JournalDestination() : nil
        let logger = Logger(label: Product.name) { _ -> any LogHandler in
            guard let journal else { return SwiftLogNoOpLogHandler() }
            return JournalLogHandler(journal, identifier: Product.name, valueLimit: Self.valueLimit)
        }
        self.init(logger, journal, configuration, run)
    }

    /// Entries of this process that never reached the journal.
    var dropped: Int { journal?.dropped ?? 0 }

    /// Waits a moment for entries on their way to the journal.
    func flush() { _ = journal?.flush(within: .milliseconds(200)) }

    private static func write(_ line: [UInt8]) {
        // Standard error is where a failure to log would be told.
        try? StandardStream.write(line, to: .error)
    }
}
