// SPDX-License-Identifier: MIT

import Logging
import Synchronization
import Systemd

/// Remembers what the handlers hand on.
final class Recorder: Sendable {
    private let recorded = Mutex<([JournalEntry], [UInt8])>(([], []))

    func send(_ entry: JournalEntry) { recorded.withLock { $0.0.append(entry) } }
    func write(_ bytes: [UInt8]) { recorded.withLock { $0.1 += bytes } }

    var text: String { recorded.withLock { String(decoding: $0.1, as: UTF8.self) } }

    /// Values of the field in the last entry.
    func values(_ name: String) -> [String] {
        recorded.withLock { state in
            let fields = state.0.last?.fields ?? []
            return fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
        }
    }

    var names: [String] { recorded.withLock { $0.0.last?.fields.map(\.name) ?? [] } }
}

/// Prints itself as a person would.
struct Custom: CustomStringConvertible, Sendable {
    var description: String { "custom" }
}

struct Broken: Error, CustomStringConvertible {
    var description: String { "it broke" }
}

let instant: @Sendable () -> String = { "2026-11-23T07:30:00.123Z" }
