// SPDX-License-Identifier: MIT

import Files
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

    /// Adds a post; `told` is taken off, because points tell of it now.
    static func note(_ post: PostTally, told: PostTally = PostTally(), _ path: String) throws(FileError) {
        let lock = try FileLock.acquire(path + ".lock")
        defer { lock.release() }
        let before = read(path)
        let isTold = before.seconds <= told.seconds
        let after: JSONValue = [
            "posted": .int(max(0, before.posted - told.posted) + post.posted),
            "seconds": .double(max(isTold ? 0 : before.seconds, post.seconds)),
        ]
        try FileSystem.replace(path, after.encoded() + [0x0A], durable: false)
    }
}
