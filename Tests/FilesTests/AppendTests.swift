// SPDX-License-Identifier: MIT

import Files
import Glibc
import Testing

@Suite struct AppendTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `appending makes the file and its directory, then adds to it`() throws {
        try FileSystem.append(directory("log/a.jsonl"), bytes("one\n"))
        try FileSystem.append(directory("log/a.jsonl"), bytes("two\n"), durable: false)
        #expect(try FileSystem.read(directory("log/a.jsonl")) == bytes("one\ntwo\n"))
    }

    @Test(arguments: ["one\ntor", "tor", "one\n\u{0}\u{0}"])
    func `a line torn by a crash stays alone`(before: String) throws {
        try FileSystem.replace(directory("a"), bytes(before))
        try FileSystem.append(directory("a"), bytes("next\n"))
        #expect(try FileSystem.read(directory("a")) == bytes(before + "\nnext\n"))
    }

    @Test func `lines of many writers never mix`() async throws {
        let path = directory("shared")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    let line = bytes(String(repeating: "\(writer)", count: 10_000) + "\n")
                    for _ in 0..<20 { try FileSystem.append(path, line, durable: false) }
                }
            }
            try await group.waitForAll()
        }
        let content = try #require(try FileSystem.read(path))
        let lines = content.split(separator: 10)
        #expect(lines.count == 160)
        #expect(lines.allSatisfy { $0.count == 10_000 && Set($0).count == 1 })
    }

    @Test func `a full disk is told as such, with what to do`() {
        let error = #expect(throws: FileError.self) { try FileSystem.append("/dev/full", bytes("x\n")) }
        #expect(error?.isOutOfSpace == true)
        #expect(error?.isReadOnly == false)
        #expect(error?.description.contains("free space") == true)
    }

    @Test func `on a full file system nothing half written stays, and old content is whole`() throws {
        guard geteuid() == 0 else { return print("skipped: needs root to mount a tmpfs") }
        let script = """
            mount -t tmpfs -o size=64k tmpfs "$1" || exit 99
            printf 'first\\n' > "$1/log"
            head -c 1000000 /dev/zero > "$1/filler" 2>/dev/null
            sync
            """
        // The mount lives in a namespace of its own, so it is looked at through /proc of the shell that holds it.
        let holder = try Holder(script: script, argument: directory.path)
        defer { holder.end() }
        guard holder.isReady else { return print("skipped: no tmpfs can be mounted here") }
        let root = holder.root + directory.path
        let log = try #require(try FileSystem.read("\(root)/log"))
        let large = [UInt8](repeating: 65, count: 200_000)
        let calls: [() throws -> Void] = [
            { try FileSystem.append("\(root)/log", large) },
            { try FileSystem.replace("\(root)/log", large) },
            { _ = try FileSystem.create("\(root)/new", large) },
        ]
        for call in calls {
            let error = #expect(throws: FileError.self) { try call() }
            #expect(error?.isOutOfSpace == true)
            #expect(try FileSystem.read("\(root)/log") == log)
        }
        #expect(try FileSystem.list(root) == ["filler", "log"])
    }

    @Test func `a read-only file system is told as such`() throws {
        guard geteuid() == 0 else { return print("skipped: needs root to mount read-only") }
        let script = "mount -t tmpfs tmpfs \"$1\" && touch \"$1/old\" && mount -o remount,ro \"$1\" || exit 99"
        let holder = try Holder(script: script, argument: directory.path)
        defer { holder.end() }
        guard holder.isReady else { return print("skipped: no tmpfs can be mounted here") }
        let root = holder.root + directory.path
        let calls: [() throws -> Void] = [
            { try FileSystem.append("\(root)/old", bytes("x")) },
            { try FileSystem.replace("\(root)/old", bytes("x")) },
            { _ = try FileSystem.create("\(root)/new", bytes("x")) },
            { try FileSystem.remove("\(root)/old") },
            { try FileSystem.makeDirectories("\(root)/directory") },
            { _ = try FileLock.tryAcquire("\(root)/lock") },
        ]
        for call in calls {
            let error = #expect(throws: FileError.self) { try call() }
            #expect(error?.isReadOnly == true)
            #expect(error?.isOutOfSpace == false)
        }
    }
}
