// SPDX-License-Identifier: MIT

/// Where the log goes.
package enum LogTarget: String, Sendable, Hashable, CaseIterable {
    case journald, json, text

    /// What the choice of `auto` depends on.
    package struct Facts: Sendable, Hashable {
        /// journald's socket is there.
        package var hasJournalSocket: Bool
        /// Standard error is the stream systemd connected to the journal.
        package var standardErrorIsJournal: Bool
        package var standardErrorIsTerminal: Bool

        package init(hasJournalSocket: Bool, standardErrorIsJournal: Bool, standardErrorIsTerminal: Bool) {
            self.hasJournalSocket = hasJournalSocket
            self.standardErrorIsJournal = standardErrorIsJournal
            self.standardErrorIsTerminal = standardErrorIsTerminal
        }
    }

    /// The target for `log.target`; nil stands for `auto`.
    ///
    /// `auto` is journald where its socket is there and standard error is the journal's or no terminal; else text on a
    /// terminal, else JSON lines. journald that was asked for but is not there becomes what `auto` would choose:
    /// entries sent to nobody would be lost.
    package static func resolve(_ wanted: LogTarget?, _ facts: Facts) -> LogTarget {
        if let wanted, wanted != .journald || facts.hasJournalSocket { return wanted }
        if facts.hasJournalSocket, facts.standardErrorIsJournal || !facts.standardErrorIsTerminal { return .journald }
        return facts.standardErrorIsTerminal ? .text : .json
    }
}
