// SPDX-License-Identifier: MIT

import Files
import Glibc
import JSON
import Ledger

/// What was posted since the last run told of it: a run's own metrics are made before they are posted, so the next run
/// says how that went. Beside the spool, shared by all who post from it.
struct PostTally: Sendable, Hashable {
    var posted = 0
    /// The longest post.
    var seconds = 0.0
    /// Since the file was begun; never set back. A run's record has them as they were when it was written.
    var totals = RunRecord.Measures.Telemetry(pointsPosted: 0, pointsDropped: 0)

    /// What the file says; nothing where there is none, or a crash tore it.
    static func read(_ path: String) -> PostTally {
        guard let bytes = try? FileSystem.read(path), let json = try? JSONValue.parse(bytes) else { return PostTally() }
        var tally = PostTally(posted: count(json["posted"]), seconds: json["seconds"]?.double ?? 0)
        // The file of an earlier version has no totals: they begin with what it holds.
        tally.totals.pointsPosted = max(tally.posted, count(json["posted_total"]))
        tally.totals.pointsDropped = count(json["dropped_total"])
        return tally
    }

    /// Whatever a damaged file says, adding up stays possible.
    private static func count(_ value: JSONValue?) -> Int { min(max(value?.int ?? 0, 0), 1_000_000_000_000_000) }

    /// How long others are waited for, each of which takes milliseconds, unless it was stopped in its midst.
    static let patience = Duration.milliseconds(250)

    /// Adds a post; of what is dropped the spool keeps count until a run tells it.
    ///
    /// - Parameter lost: points that never were in the spool, and are lost.
    static func note(_ post: PostTally, lost: Int = 0, _ path: String) throws(FileError) {
        guard let lock = try FileLock.acquire(path + ".lock", within: patience) else {
            throw FileError(operation: "lock, since another process has held it for long,", path: path, code: ETIMEDOUT)
        }
        defer { lock.release() }
        var tally = read(path)
        tally.posted += post.posted
        tally.seconds = max(tally.seconds, post.seconds)
        tally.totals.pointsPosted += post.posted
        tally.totals.pointsDropped += lost
        try tally.write(path)
    }

    /// Lets `body` tell of the posts, and takes them off when it has, while nobody else does: of runs that end at once,
    /// one tells. It is given nothing where somebody holds the lock for too long; a later run tells then.
    ///
    /// - Parameter body: may add to the totals.
    static func tell(_ path: String, _ body: (inout PostTally) throws(FileError) -> Void) throws(FileError) {
        // A run whose points can be kept shall not fail for this; it tells of no posts.
        guard let lock = (try? FileLock.acquire(path + ".lock", within: patience)) ?? nil else {
            var nothing = PostTally()
            return try body(&nothing)
        }
        defer { lock.release() }
        let before = read(path)
        var tally = before
        try body(&tally)
        (tally.posted, tally.seconds) = (0, 0)
        if tally != before { try tally.write(path) }
    }

    private func write(_ path: String) throws(FileError) {
        let json: JSONValue = [
            "posted": .int(posted), "seconds": .double(seconds), "posted_total": .int(totals.pointsPosted),
            "dropped_total": .int(totals.pointsDropped),
        ]
        try FileSystem.replace(path, json.encoded() + [0x0A], durable: false)
    }
}
