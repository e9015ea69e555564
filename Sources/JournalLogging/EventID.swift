// SPDX-License-Identifier: MIT

public import Logging

/// A kind of event: its name (`event` in the metadata), its `MESSAGE_ID` and the level it is logged at.
///
/// `journalctl MESSAGE_ID=…` finds all of a kind; the message catalog explains it. The ids never change.
public struct EventID: Sendable, Hashable {
    public let name: String
    /// 32 hex digits.
    public let messageID: String
    /// What it is logged at unless the call site knows better (`run.succeeded` without news is `info`).
    public let level: Logger.Level

    private init(_ name: String, _ messageID: String, _ level: Logger.Level) {
        self.name = name
        self.messageID = messageID
        self.level = level
    }

    /// Every kind there is.
    public static let all = [
        EventID("run.started", "7d9b3a90f2d14d3696fa8766dbca5ae5", .info),
        EventID("run.succeeded", "21df7f4b968949a0af2b673847f0c4ce", .notice),
        EventID("run.failed", "29256c558a6c418fb9c405a8cf50a269", .error),
        EventID("run.skipped", "525426b6935a4f2a85345910777b5327", .notice),
        EventID("run.partial", "f4deb3d878004df280e0ff379b5a70a5", .warning),
        EventID("run.killed", "1312f57ae0a64686b0c009011271da38", .error),
        EventID("api.request.failed", "a85477f1a20a4c91ba0b4717102bbe9b", .warning),
        EventID("api.response.partial", "dc4c9b20532546ac8f4b5814627c2f7a", .warning),
        EventID("event.rejected", "440e2aafb0e547d3817aeb937a5ad129", .warning),
        EventID("event.window.overrun", "dac4c54e233c4aa59d30906806d47259", .critical),
        EventID("storage.put.failed", "9da263d7959240e1baa31e4eb08c790f", .error),
        EventID("checkpoint.conflict", "ecd6e475d7864dfdad701c73ac07b570", .warning),
        EventID("vault.read.failed", "fd6460c6bf00442a854f4994e2ed067b", .error),
        EventID("telemetry.post.failed", "20dfd5c3f4ec4a69962fcbdb3f509ffd", .warning),
        EventID("telemetry.point.dropped", "9fa4f841db4842e3a295e58da02439b1", .warning),
        EventID("freshness.stale", "f5356eda699e4b6795cb6d57c422c08f", .critical),
        EventID("freshness.recovered", "78731972f6494ab08e41e029cff80f6b", .notice),
        EventID("scheduler.unhealthy", "8b962a06ccbd4aeb9475dd6ebdd7be1d", .error),
        EventID("alarm.state.changed", "215e47c12fdb49c5ab240ae071bcbf2c", .notice),
        EventID("slo.budget.threshold", "7de0fd8e3e6e45b4a22ec30f19aa8be7", .warning),
        EventID("maintenance.started", "1cc67553d7e04d4cb90d57853c47169a", .notice),
        EventID("maintenance.ended", "8b415778a5594b54867ee59143bb803a", .notice),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The kind of that name; nil for a name nobody gave an id.
    public static func named(_ name: String) -> EventID? { byName[name] }
}
