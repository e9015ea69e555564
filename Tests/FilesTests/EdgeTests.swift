// SPDX-License-Identifier: MIT

import Foundation
import Testing

@testable import Files

@Suite struct EdgeTests {
    @Test func `a large write into a pipe arrives whole, whether or not the pipe blocks`() throws {
        for blocks in [true, false] {
            let pipe = Pipe()
            let descriptor = pipe.fileHandleForWriting.fileDescriptor
            if !blocks { #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0) }
            let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let reader = Background { pipe.fileHandleForReading.readDataToEndOfFile() }
            try writeAll(content, to: descriptor, path: "pipe")
            try pipe.fileHandleForWriting.close()
            #expect(try reader.result() == Data(content))
        }
    }

    @Test func `a pipe without a reader is told as broken`() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let error = #expect(throws: FileError.self) {
            try writeAll([1], to: pipe.fileHandleForWriting.fileDescriptor, path: "pipe")
        }
        #expect(error?.isBrokenPipe == true)
    }

    @Test func `nothing is written to the standard streams for no bytes`() throws {
        try StandardStream.write([], to: .output)
        try StandardStream.write([], to: .error)
    }

    @Test func `the host says what uname, id and proc say`() throws {
        let shell = try run("/bin/sh", ["-c", "uname -n; id -u; tr -d '-' </proc/sys/kernel/random/boot_id"])
        let lines = shell.output.split(separator: "\n").map(String.init)
        #expect([HostFacts.hostName, "\(HostFacts.effectiveUserID)", HostFacts.bootID ?? ""] == lines)
        #expect(HostFacts.processID == Int(ProcessInfo.processInfo.processIdentifier))
    }

    @Test func `usage grows with work and memory is counted in bytes`() {
        let before = HostFacts.usage
        var sum: UInt64 = 0
        for number in 0..<2_000_000 as Range<UInt64> { sum = sum &* 31 &+ number }
        #expect(sum != 0)
        #expect(HostFacts.usage.cpuSeconds > before.cpuSeconds)
        #expect(before.peakMemoryBytes > 1 << 20 && before.peakMemoryBytes < 1 << 40)
    }

    @Test func `a pipe is no terminal and has no width`() {
        let pipe = Pipe()
        #expect(!HostFacts.isTerminal(pipe.fileHandleForReading.fileDescriptor))
        #expect(HostFacts.terminalWidth(pipe.fileHandleForReading.fileDescriptor) == nil)
    }

    @Test func `the journal's stream is known by device and inode`() throws {
        let directory = try TemporaryDirectory()
        try FileSystem.replace(directory("f"), [])
        let identity = try run("/usr/bin/stat", ["-c", "%d:%i", directory("f")]).output.dropLast()
        let file = try Descriptor(directory("f"), O_RDONLY)
        #expect(HostFacts.isJournalStream(String(identity), descriptor: file.number))
        for other in [nil, "", "1:2", "\(identity)0", "x"] {
            #expect(!HostFacts.isJournalStream(other, descriptor: file.number))
        }
        #expect(!HostFacts.isSocket(directory("f")))
        #expect(!HostFacts.isSocket(directory("none")))
    }

    @Test(arguments: [
        (ENOSPC, "free space"), (EDQUOT, "free space"), (EROFS, "remount"), (EACCES, "owner and mode"),
        (ENOENT, "check the path"), (ENOTDIR, "what stands there"), (EMFILE, "LimitNOFILE"), (EIO, "dmesg"),
        (EFBIG, "larger than allowed"), (EPIPE, "reader has gone"), (12345, "run again"),
    ])
    func `an error says what to do next`(code: Int32, next: String) {
        let text = FileError(operation: "write", path: "/p", code: code).description
        #expect(text.hasPrefix("cannot write /p: "))
        #expect(text.contains(next))
    }
}
