// SPDX-License-Identifier: MIT

package import Files
package import FoundationEssentials
import Glibc

/// Points on disk until OCI Monitoring has them: `points.jsonl` in a directory, shared by processes.
///
/// Every change is one locked, fsync'd append or the replacement of the whole file, so a process may die anywhere. What
/// cannot be read goes to `damaged.jsonl` and is counted; it never stops the rest.
package struct MetricSpool: Sendable {
    package let directory: String
    /// Of the directory, but for the moment in which a file is replaced.
    package let limitBytes: Int
    let now: @Sendable () -> Date
    private let files: SpoolFiles

    package init(directory: String, limitBytes: Int = 8 << 20, now: @escaping @Sendable () -> Date) {
        self.init(directory: directory, limitBytes: limitBytes, files: .system, now: now)
    }

    init(directory: String, limitBytes: Int, files: SpoolFiles, now: @escaping @Sendable () -> Date) {
        self.directory = directory
        self.limitBytes = limitBytes
        self.files = files
        self.now = now
    }

    /// Adds points; when this returns they survive a crash, except for those it says it dropped: points that break a
    /// rule of OCI, points two hours old, and the oldest of all where there is no room.
    ///
    /// What it returns is also in the counts of `dropped()`; those of points that waited already are among it.
    ///
    /// - Parameter reporting: what `dropped()` said and these points tell: it is taken off the counts by the same
    ///   write, behind the points. A crash in its midst leaves the counts; so they are told at least once.
    @discardableResult package func append(
        _ points: [MetricPoint], reporting: DropCounts = DropCounts()
    ) throws(FileError) -> DropCounts {
        try change { (contents, now) throws(FileError) in
            let before = contents.dropped
            Self.dropUnsendable(&contents, now)
            var event = SpoolEvent()
            for point in points {
                switch PointRules.verdict(on: point, now: now) {
                case .fit: contents.add(point)
                case .refused(let reason): event.dropped[reason] += 1
                }
            }
            contents.note(event)
            contents.fit(into: pointBytes)
            let lost = contents.dropped - before
            var taken = SpoolEvent()
            taken.taken = reporting
            contents.note(taken)
            return lost
        }
    }

    /// Points dropped since the last report, by reason. `append(_:reporting:)` takes them off.
    package func dropped() throws(FileError) -> DropCounts { try look().dropped }

    /// What waits.
    package func status() throws(FileError) -> SpoolStatus {
        let contents = try look()
        let now = now()
        return SpoolStatus(
            points: contents.entries.count, inDoubt: contents.entries.count { $0.isSending },
            oldest: contents.entries.lazy.map(\.at).min(), bytes: try files.read(path)?.count ?? 0,
            dropped: contents.dropped, damagedLines: contents.damaged, failures: contents.breaker.failures,
            pausedUntil: contents.breaker.opens(now: now))
    }

    /// The points that wait, oldest first; unreadable ones are left out.
    package func waiting() throws(FileError) -> [MetricPoint] {
        try look().entries.sorted { $0.milliseconds < $1.milliseconds }.compactMap(\.point)
    }

    /// Where the points stand.
    package var path: String { FileSystem.join(directory, "points.jsonl") }

    /// Where lines go that cannot be read.
    package var damagedPath: String { FileSystem.join(directory, "damaged.jsonl") }

    /// The right to post, which one process at a time has; nil while another has it. Dies with the process.
    func tryPosting() throws(FileError) -> SpoolLock? { try files.tryLock(FileSystem.join(directory, "post.lock")) }

    /// Reads, lets `body` change, and writes what it changed, while nobody else does.
    func change<Result>(
        _ body: (inout SpoolContents, _ now: Date) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let lock = try files.lock(FileSystem.join(directory, "lock"))
        defer { lock.release() }
        let now = now()
        var contents = try load(now)
        let result = try body(&contents, now)
        switch contents.write(limit: pointBytes) {
        case nil: break
        case .append(let bytes): try files.append(path, bytes)
        case .replace(let bytes):
            keepAside(contents.unreadable)
            try files.replace(path, bytes)
        }
        return result
    }

    /// Drops what has become too old, and what a clock that ran far ahead has left.
    static func dropUnsendable(_ contents: inout SpoolContents, _ now: Date) {
        var event = SpoolEvent()
        let late = contents.entries.filter { PointRules.isLate($0.at, now: now) }
        let absurd = contents.entries.filter { PointRules.isAbsurd($0.at, now: now) }
        event.gone = SpoolEvent.ranges((late + absurd).map(\.serial))
        event.dropped = DropCounts([.late: late.count, .encode: absurd.count])
        contents.note(event)
    }

    private func look() throws(FileError) -> SpoolContents {
        // Looking at a spool that nobody has begun makes no files.
        guard try files.read(path) != nil else { return SpoolContents(nil, now: now()) }
        let lock = try files.lock(FileSystem.join(directory, "lock"))
        defer { lock.release() }
        return try load(now())
    }

    private func load(_ now: Date) throws(FileError) -> SpoolContents {
        let bytes = try files.read(path)
        if let first = bytes?.prefix(while: { $0 != UInt8(ascii: "\n") }), let format = SpoolEvent.format(of: first),
            format > SpoolEvent.format
        {
            throw FileError(operation: "use, written by a newer version of this program,", path: path, code: ENOTSUP)
        }
        return SpoolContents(bytes, now: now)
    }

    /// A 32nd of the room is for lines that cannot be read; the first of them say most.
    private var asideBytes: Int { limitBytes / 32 }
    private var pointBytes: Int { limitBytes - asideBytes }

    private func keepAside(_ lines: [ArraySlice<UInt8>]) {
        guard !lines.isEmpty else { return }
        do throws(FileError) {
            var room = asideBytes - (try files.read(damagedPath)?.count ?? 0)
            var bytes: [UInt8] = []
            for line in lines where line.count < room {
                bytes += line + [UInt8(ascii: "\n")]
                room -= line.count + 1
            }
            if !bytes.isEmpty { try files.append(damagedPath, bytes) }
        } catch {
            // They are counted in any case; the points that can be read are worth more than these.
        }
    }
}

/// What is in a spool.
package struct SpoolStatus: Sendable, Hashable {
    package let points: Int
    /// Of them, those whose request left without an answer that was noted: they will be sent again.
    package let inDoubt: Int
    /// Instant of the oldest point.
    package let oldest: Date?
    package let bytes: Int
    /// Not reported yet.
    package let dropped: DropCounts
    /// Lines that could not be read since the spool was begun; see `MetricSpool.damagedPath`.
    package let damagedLines: Int
    /// Posts that failed in a row.
    package let failures: Int
    /// Nothing is sent before; nil: the next post sends.
    package let pausedUntil: Date?
}
