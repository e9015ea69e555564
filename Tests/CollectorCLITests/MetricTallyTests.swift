// SPDX-License-Identifier: MIT

import Files
import TestSupport
import Testing

@testable import CollectorCLI

struct MetricTallyTests {
    @Test func `each post is told by one of the runs that end at once, and by one only`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/posted.json"
            let told = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var told = 0
                        for _ in 0..<25 {
                            try PostTally.note(PostTally(posted: 1, seconds: 0.5), path)
                            try PostTally.tell(path) { (tally) throws(FileError) in told += tally.posted }
                        }
                        return told
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(told + PostTally.read(path).posted == 100)
        }
    }

    @Test func `totals grow with each post and each loss, and telling does not set them back`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/posted.json"
            try PostTally.note(PostTally(posted: 3, seconds: 0.5), path)
            try PostTally.tell(path) { (tally) throws(FileError) in tally.totals.pointsDropped += 2 }
            try PostTally.note(PostTally(posted: 4, seconds: 0.1), lost: 1, path)
            try PostTally.tell(path) { (_) throws(FileError) in }
            let tally = PostTally.read(path)
            #expect((tally.posted, tally.seconds) == (0, 0))
            #expect((tally.totals.pointsPosted, tally.totals.pointsDropped) == (7, 3))
        }
    }

    @Test(arguments: [
        (#"{"posted":5,"seconds":1}"#, 5, 0), ("", 0, 0),
        (#"{"posted":5,"posted_total":-3,"dropped_total":"x"}"#, 5, 0),
        (#"{"posted":0,"posted_total":90,"dropped_total":4}"#, 90, 4), (#"{"posted":0,"posted_total":90"#, 0, 0),
    ])
    func `totals begin with what a file of an earlier version holds, and a damaged file stops nobody`(
        text: String, posted: Int, dropped: Int
    ) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/posted.json"
            try FileSystem.replace(path, Array(text.utf8))
            let totals = PostTally.read(path).totals
            #expect((totals.pointsPosted, totals.pointsDropped) == (posted, dropped))
            try PostTally.note(PostTally(posted: 1, seconds: 0), path)
            #expect(PostTally.read(path).totals.pointsPosted == posted + 1)
        }
    }

    @Test func `what could not be told is told later`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/posted.json"
            try PostTally.note(PostTally(posted: 3, seconds: 0.5), path)
            #expect(throws: FileError.self) {
                try PostTally.tell(path) { (_) throws(FileError) in
                    throw FileError(operation: "write", path: path, code: 28)
                }
            }
            #expect(PostTally.read(path).posted == 3)
            #expect(PostTally.read(path).seconds == 0.5)
        }
    }

    @Test func `a lock that is held for ever costs a moment: nothing is told, and a post says that it is not noted`()
        throws
    {
        try withTemporaryDirectory { directory in
            let path = directory + "/posted.json"
            try PostTally.note(PostTally(posted: 3, seconds: 0.5), path)
            let lock = try #require(try FileLock.tryAcquire(path + ".lock"))
            var told: PostTally?
            try PostTally.tell(path) { (tally) throws(FileError) in told = tally }
            #expect(told == PostTally())
            #expect(throws: FileError.self) { try PostTally.note(PostTally(posted: 1, seconds: 1), path) }
            lock.release()
            #expect(PostTally.read(path).posted == 3)
        }
    }
}
