// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Glibc
import Testing

@Suite struct FileSystemTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 70_000, 1_000_000])
    func `a file reads back as written`(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try FileSystem.replace(directory("file"), content, durable: false)
        #expect(try FileSystem.read(directory("file")) == content)
        #expect(try FileSystem.size(directory("file")) == count)
    }

    @Test func `what does not exist is nil, false or empty`() throws {
        #expect(try FileSystem.read(directory("none")) == nil)
        #expect(try FileSystem.size(directory("none")) == nil)
        #expect(try FileSystem.modified(directory("none")) == nil)
        #expect(!FileSystem.exists(directory("none")))
        #expect(try FileSystem.list(directory("none")) == [])
        #expect(try FileSystem.walk(directory("none")) == [])
        try FileSystem.remove(directory("none"))
    }

    @Test func `a file over the limit is refused, one at the limit is read`() throws {
        try FileSystem.replace(directory("file"), bytes("12345"), durable: false)
        #expect(try FileSystem.read(directory("file"), limitBytes: 5) == bytes("12345"))
        let error = #expect(throws: FileError.self) { try FileSystem.read(directory("file"), limitBytes: 4) }
        #expect(error?.code == EFBIG)
    }

    @Test func `a file of proc, which says it has no bytes, is read whole`() throws {
        let status = try #require(try FileSystem.read("/proc/self/status"))
        #expect(String(decoding: status, as: UTF8.self).contains("Pid:"))
    }

    @Test func `reading a directory is an error that names it`() {
        let error = #expect(throws: FileError.self) { try FileSystem.read(directory.path) }
        #expect(error?.code == EISDIR)
        #expect(error?.description.hasPrefix("cannot read \(directory.path): Is a directory (errno 21); ") == true)
    }

    @Test func `creating makes missing directories, and happens once`() throws {
        let path = directory("a/b/c.json")
        #expect(try FileSystem.create(path, bytes("first")))
        #expect(try !FileSystem.create(path, bytes("second")))
        #expect(try FileSystem.read(path) == bytes("first"))
        #expect(try FileSystem.list(directory("a/b")) == ["c.json"])
    }

    @Test func `of many that create the same file one wins and no other bytes get in`() async throws {
        let path = directory("new/claim")
        let wins = try await withThrowingTaskGroup(of: Int?.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    try FileSystem.create(path, [UInt8](repeating: UInt8(writer), count: 5000)) ? writer : nil
                }
            }
            return try await group.reduce(into: [Int]()) { wins, winner in if let winner { wins.append(winner) } }
        }
        #expect(wins.count == 1)
        #expect(try FileSystem.read(path) == [UInt8](repeating: UInt8(wins.first ?? 99), count: 5000))
        #expect(try FileSystem.list(directory("new")) == ["claim"])
    }

    @Test func `replacing leaves the new bytes, the mode asked for and nothing else`() throws {
        try FileSystem.replace(directory("file"), bytes("old"))
        try FileSystem.replace(directory("file"), bytes("new"), mode: 0o600)
        #expect(try FileSystem.read(directory("file")) == bytes("new"))
        #expect(try run("/usr/bin/stat", ["-c", "%a", directory("file")]).output == "600\n")
        #expect(try directory.names == ["file"])
    }

    @Test func `a file that cannot be replaced leaves no temporary one behind`() throws {
        try FileSystem.makeDirectories(directory("taken/inner"))
        #expect(throws: FileError.self) { try FileSystem.replace(directory("taken"), bytes("x")) }
        #expect(try directory.names == ["taken"])
    }

    @Test func `names are listed in the order of their bytes`() throws {
        for name in ["b", "a", "Z", "å", ".hidden", "a0"] {
            try FileSystem.replace(directory(name), [], durable: false)
        }
        #expect(try FileSystem.list(directory.path) == [".hidden", "Z", "a", "a0", "b", "å"])
    }

    @Test func `walking finds regular files at any depth and leaves out hidden ones, lost+found and links`() throws {
        for name in ["b/2", "b/1", "a", "b/c/3", ".tmp-1-1", ".git/x", "lost+found/y", "b.z"] {
            try FileSystem.replace(directory(name), [], durable: false)
        }
        #expect(try run("/bin/ln", ["-s", "a", directory("link")]).status == 0)
        #expect(try FileSystem.walk(directory.path) == ["a", "b.z", "b/1", "b/2", "b/c/3"])
        #expect(try FileSystem.walk(directory.path + "/") == ["a", "b.z", "b/1", "b/2", "b/c/3"])
    }

    @Test func `directories are made with the mode asked for and may already be there`() throws {
        try FileSystem.makeDirectories(directory("x/y"))
        try FileSystem.makeDirectories(directory("x/y"))
        #expect(try run("/usr/bin/stat", ["-c", "%a", directory("x"), directory("x/y")]).output == "2750\n2750\n")
    }

    @Test(arguments: ["file", "file/below"])
    func `a file where a directory should be is an error`(name: String) throws {
        try FileSystem.replace(directory("file"), [], durable: false)
        #expect(throws: FileError.self) { try FileSystem.makeDirectories(directory(name)) }
    }

    /// Found by `slo generate -o /proc/x`, which asked again for ever.
    @Test(arguments: ["/proc/none", "/proc/none/below"])
    func `a place that refuses directories although it is there is an error`(path: String) {
        #expect(throws: FileError.self) { try FileSystem.makeDirectories(path) }
    }

    @Test func `what lies under a path is told, and a device can be fed`() throws {
        try FileSystem.replace(directory("file"), [], durable: false)
        let kinds = ["file", "none", ""].map { FileSystem.kind(directory($0)) }
        #expect(kinds == [.file, nil, .directory])
        #expect(FileSystem.kind("/dev/null") == .other)
        try FileSystem.feed("/dev/null", [1])
        #expect(throws: FileError.self) { try FileSystem.feed("/dev/full", [1]) }
    }

    @Test func `what is put through a symbolic link replaces the file behind it`() throws {
        try FileSystem.replace(directory("file"), [1], durable: false)
        try FileManager.default.createSymbolicLink(atPath: directory("link"), withDestinationPath: directory("file"))
        try FileSystem.put([2], at: directory("link"))
        #expect(try FileSystem.read(directory("file")) == [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory("link")) == directory("file"))
        try FileSystem.put([3], at: directory("new"))
        #expect(try FileSystem.read(directory("new")) == [3])
    }

    @Test func `a file says when it was changed and how much room is left`() throws {
        let before = Date().addingTimeInterval(-5)
        try FileSystem.replace(directory("file"), [], durable: false)
        let modified = try #require(try FileSystem.modified(directory("file")))
        #expect(modified > before && modified < Date().addingTimeInterval(5))
        #expect(try FileSystem.freeBytes(directory.path) > 0)
        #expect(throws: FileError.self) { try FileSystem.freeBytes(directory("none")) }
    }

    @Test func `what a killed process left is cleared away once it is old`() throws {
        for name in [".tmp-1-1", ".tmp-1-2", "kept"] { try FileSystem.replace(directory(name), [], durable: false) }
        _ = try run("/usr/bin/touch", ["-d", "2 days ago", directory(".tmp-1-1"), directory("kept")])
        #expect(try FileSystem.removeLeftovers(directory.path, olderThanSeconds: 3600) == 1)
        #expect(try directory.names == [".tmp-1-2", "kept"])
    }

    @Test(arguments: [("a/b", "a"), ("/a", "/"), ("a", "."), ("/", "/"), ("a/b/c", "a/b"), ("/a/b", "/a")])
    func `the parent of a path is what stands before its last slash`(path: String, parent: String) {
        #expect(FileSystem.parent(of: path) == parent)
    }
}
