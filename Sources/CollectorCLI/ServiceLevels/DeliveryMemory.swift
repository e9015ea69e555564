// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import Logging

/// Which reports people were told of: `<state>/reports.json`.
struct DeliveryMemory: Sendable {
    let directory: String
    private var path: String { FileSystem.join(directory, "reports.json") }

    /// As many are remembered: two years of weeks, twice.
    private static let limit = 208

    /// Whether people were told of the period over a channel. A memory that cannot be read is as none: told twice is
    /// better than not at all.
    func has(_ label: String, _ channel: NoticeChannel, log: Logger) -> Bool {
        told(log).contains { $0["period"]?.string == label && $0["channel"]?.string == channel.rawValue }
    }

    func note(_ label: String, _ channel: NoticeChannel, at date: Date, log: Logger) {
        let entry: JSONValue = [
            "period": .string(label), "channel": .string(channel.rawValue), "at": .string(Timestamp.text(date)),
        ]
        let json: JSONValue = ["schema": 1, "told": .array((told(log) + [entry]).suffix(Self.limit))]
        do throws(FileError) {
            try FileSystem.replace(path, json.encoded() + [0x0A])
        } catch {
            log.error(
                "it cannot be remembered that a report was told: the next delivery tells it again",
                metadata: ["error": "\(error)", "notice.channel": "\(channel.rawValue)"])
        }
    }

    private func told(_ log: Logger) -> [JSONValue] {
        do {
            guard let bytes = try FileSystem.read(path, limitBytes: 1 << 20) else { return [] }
            return try JSONValue.parse(bytes)["told"]?.array ?? []
        } catch {
            log.warning("the memory of deliveries starts over", metadata: ["error": "\(error)", "object": "\(path)"])
            return []
        }
    }
}
