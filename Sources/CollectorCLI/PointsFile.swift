// SPDX-License-Identifier: MIT

import Collector
import Files
import Ledger

/// The file of `replay --metrics-out`: begun anew, written a megabyte at a time.
struct PointsFile {
    private let path: String
    /// Or a pipe: it is written to, not begun anew.
    private let isDevice: Bool
    private var metrics: ReplayMetrics
    private var waiting: [UInt8] = []

    private static let chunkBytes = 1 << 20

    init(_ path: String, _ configuration: Configuration) throws(RunFailure) {
        self.path = path
        metrics = ReplayMetrics(job: configuration.job, environment: configuration.environment)
        isDevice = FileSystem.kind(path) == .other
        do throws(FileError) {
            if !isDevice { try FileSystem.replace(path, [], durable: false) }
        } catch {
            throw RunFailure(error, stage: .telemetry)
        }
    }

    mutating func add(_ record: RunRecord) throws(RunFailure) {
        waiting += metrics.line(record)
        if waiting.count >= Self.chunkBytes { try flush() }
    }

    mutating func flush() throws(RunFailure) {
        do throws(FileError) {
            if isDevice {
                try FileSystem.feed(path, waiting)
            } else {
                try FileSystem.append(path, waiting, durable: false)
            }
        } catch {
            throw RunFailure(error, stage: .telemetry)
        }
        waiting = []
    }
}
