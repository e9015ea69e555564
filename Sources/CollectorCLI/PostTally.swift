// SPDX-License-Identifier: MIT

import Files
import Glibc
import JSON

/// What was posted since the last run told of it: a run's own metrics are made before they are posted, so the next run
/// says how that went. Beside the spool, shared by all who post from it.
struct PostTally: Sendable, Hashable {
    var posted = 0
    /// The longest post.
    var seconds = 0.0

    /// What the file says; nothing where there is none, or a crash tore it.
    static func read(_ path: String) -> PostTally {
        guard let bytes = try? FileSystem.read(path), let json = try? JSONValue.parse(bytes) else { return PostTally() }
        return PostTally(posted: json["posted"]?.int ?? 0, seconds: json["seconds"]?.double ?? 0)
    }

    /// How long others are waited for, each of which takes milliseconds, unless it was stopped in its midst.
    static let patience = Duration.milliseconds(250)

    /// Adds a post.
    static func note(_ post: PostTally, _ path: String) throws(FileError) {
        guard let lock = try FileLock.acquire(path + ".lock", within: patience) else {
            throw FileError(operation: "lock, since another process has held it for long,", path: path, code: ETIMEDOUT)
        }
        defer { lock.release() }
        let before = read(path)
        try write(
            PostTally(posted: before.posted + post.posted, seconds: max(before.seconds, post.seconds)), path)
    }

    /// Lets `body` tell of the posts, and takes them off when it has, while nobody else does: of runs that end at once,
    /// one tells. It is given nothing where somebody holds the lock for too long; a later run tells then.
    static func tell(_ path: String, _ body: (PostTally) throws(FileError) -> Void) throws(FileError) {
        // A run whose points can be kept shall not fail for this; it tells of no posts.
        let lock = (try? FileLock.acquire(path + ".lock", within: patience)) ?? nil
        defer { lock?.release() }
        let tally = lock == nil ? PostTally() : read(path)
        try body(tally)
        if tally != PostTally() { try write(PostTally(), path) }
    }

    private static func write(_ tally: PostTally, _ path: String) throws(FileError) {
        let json: JSONValue = ["posted": .int(tally.posted), "seconds": .double(tally.seconds)]
        try FileSystem.replace(path, json.encoded() + [0x0A], durable: false)
    }
}
