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
    let files: SpoolFiles

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
    /// rule of OCI, and the oldest of all where there is no room.
    ///
    /// What it returns is also in the counts of `dropped()`; those of points that waited already are among it. Where
    /// somebody holds the lock for longer than `patience`, the points are kept beside the file, and join it with the
    /// next change.
    @discardableResult package func append(_ points: [MetricPoint]) throws(FileError) -> DropCounts {
        try append(isTelling: false) { _ in points }
    }

    /// Adds points that tell what was dropped: they are made, and what they tell is taken off the counts, by one write
    /// while nobody else does. A crash in its midst leaves the counts; so they are told at least once.
    ///
    /// - Parameter make: makes them; called once, with nothing to tell where somebody holds the lock for too long.
    @discardableResult package func append(
        telling make: (_ news: SpoolNews) -> [MetricPoint]
    ) throws(FileError) -> DropCounts {
        try append(isTelling: true, make)
    }

    private func append(
        isTelling: Bool, _ make: (SpoolNews) -> [MetricPoint]
    ) throws(FileError) -> DropCounts {
        guard let lock = try lock(within: Self.patience) else {
            try putAside(make(SpoolNews()))
            return DropCounts()
        }
        defer { lock.release() }
        return try rewrite { (contents, now) throws(FileError) in
            let before = contents.dropped
            let oldest = contents.entries.lazy.map(\.at).min()
            add(make(SpoolNews(dropped: before, oldest: oldest)), to: &contents, now)
            let lost = contents.dropped - before
            var taken = SpoolEvent()
            taken.taken = isTelling ? before : DropCounts()
            contents.note(taken)
            return lost
        }
    }

    func add(_ points: [MetricPoint], to contents: inout SpoolContents, _ now: Date) {
        var event = SpoolEvent()
        for point in points {
            switch PointRules.verdict(on: point, now: now) {
            case .fit: contents.add(point)
            case .refused(let reason):
                // One that is no number stands for samples that were none.
                event.dropped[reason] += point.value.isFinite ? 1 : max(1, point.count ?? 1)
            }
        }
        contents.note(event)
        // Nothing is dropped only because this clock says that it is late: it may have jumped. A quarter of the room
        // holds far more than two hours of points, so what is above it is of an outage, and costs each change time.
        contents.fit(into: pointBytes / 4, for: .late) { PointRules.isLate($0.at, now: now) }
        contents.fit(into: pointBytes)
    }

    /// Points dropped since the last report, by reason.
    package func dropped() throws(FileError) -> DropCounts { try look().dropped }

    /// The same, for whoever tells it now: nobody else is told of them.
    package func takeDropped() throws(FileError) -> DropCounts {
        // Looking at a spool that nobody has begun makes no files.
        guard try files.read(path) != nil else { return DropCounts() }
        return try change(within: Self.patience) { (contents, _) throws(FileError) in
            var event = SpoolEvent()
            event.taken = contents.dropped
            contents.note(event)
            return event.taken
        }
    }

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

    /// How long a change waits for others, each of which takes milliseconds, unless it was stopped in its midst.
    static let patience = Duration.milliseconds(500)

    /// Reads, lets `body` change, and writes what it changed, while nobody else does.
    func change<Result>(
        within patience: Duration = patience,
        _ body: (inout SpoolContents, _ now: Date) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        guard let lock = try lock(within: patience) else { throw busy }
        defer { lock.release() }
        return try rewrite(body)
    }

    private func lock(within patience: Duration) throws(FileError) -> SpoolLock? {
        try files.lock(lockPath, patience)
    }

    private var lockPath: String { FileSystem.join(directory, "lock") }

    private var busy: FileError {
        FileError(operation: "lock, since another process has held it for long,", path: lockPath, code: ETIMEDOUT)
    }

    /// Whoever calls this has the lock.
    private func rewrite<Result>(
        _ body: (inout SpoolContents, _ now: Date) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let now = now()
        var contents = try load(now)
        let joined = try join(&contents, now)
        let result = try body(&contents, now)
        switch contents.write(limit: pointBytes) {
        case nil: break
        case .append(let bytes): try files.append(path, bytes)
        case .replace(let bytes):
            keepAside(contents.unreadable)
            try files.replace(path, bytes)
        }
        try forget(joined)
        return result
    }

    private func look() throws(FileError) -> SpoolContents {
        // Looking at a spool that nobody has begun makes no files.
        let aside = try asidePaths()
        guard try files.read(path) != nil || !aside.isEmpty else { return SpoolContents(nil, now: now()) }
        guard let lock = try lock(within: Self.patience) else { throw busy }
        defer { lock.release() }
        let now = now()
        var contents = try load(now)
        _ = try join(&contents, now)
        return contents
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
