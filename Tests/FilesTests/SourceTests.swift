// SPDX-License-Identifier: MIT

import Files
import Foundation
import TestSupport
import Testing

@Suite struct SourceTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// gzip(1) over the bytes, checked by its own exit status.
    func gzip(_ content: [UInt8], _ name: String = "part") throws -> [UInt8] {
        try FileSystem.replace(directory(name), content, durable: false)
        #expect(try run("/usr/bin/gzip", ["-k", "-f", "-n", directory(name)]).status == 0)
        return try #require(try FileSystem.read(directory("\(name).gz")))
    }

    /// Everything a source gives, read in pieces of at most `piece` bytes.
    func drain(_ path: String, piece: Int) throws -> [UInt8] {
        var source = try ByteSource(path)
        var content: [UInt8] = []
        while true {
            let before = content.count
            let count = try source.read(into: &content, upTo: piece)
            #expect(content.count - before == count && count <= piece)
            if count == 0 { return content }
        }
    }

    func lines(_ path: String, limitBytes: Int = 1 << 20) throws -> [String] {
        var source = try LineSource(path, limitBytes: limitBytes)
        var lines: [String] = []
        while let line = try source.next() { lines.append(String(decoding: line, as: UTF8.self)) }
        return lines
    }

    static func sample(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 7)
        return (0..<count).map { _ in UInt8(random.next() % 17) &* 3 }
    }

    @Test(arguments: [0, 1, 2, 100, 262_143, 262_144, 262_145, 1_000_000], [1000, 1 << 20])
    func `plain and compressed bytes come out as they went in`(count: Int, piece: Int) throws {
        let content = Self.sample(count)
        try FileSystem.replace(directory("plain"), content, durable: false)
        #expect(try drain(directory("plain"), piece: piece) == content)
        try FileSystem.replace(directory("packed"), try gzip(content), durable: false)
        #expect(try drain(directory("packed"), piece: piece) == content)
    }

    @Test(arguments: [0, 7, 512])
    func `concatenated members are one stream, and zero padding behind them is ignored`(padding: Int) throws {
        let parts = [Self.sample(300_000), [], bytes("end\n")]
        let packed = try parts.flatMap { try gzip($0) } + [UInt8](repeating: 0, count: padding)
        try FileSystem.replace(directory("members"), packed, durable: false)
        #expect(try drain(directory("members"), piece: 4096) == parts.flatMap { $0 })
    }

    @Test func `one byte at a time gives the same`() throws {
        let packed = try gzip(bytes("abc")) + (try gzip(bytes("def")))
        try FileSystem.replace(directory("members"), packed, durable: false)
        #expect(try drain(directory("members"), piece: 1) == bytes("abcdef"))
    }

    @Test func `a gzip file cut anywhere is told as truncated, at its end`() throws {
        let packed = try gzip(bytes("hello hello hello\n"))
        for length in 2..<packed.count {
            try FileSystem.replace(directory("cut"), Array(packed[..<length]), durable: false)
            let error = #expect(throws: SourceError.self) { try drain(directory("cut"), piece: 100) }
            #expect(error == .gzip(path: directory("cut"), offset: length, problem: .truncated))
        }
    }

    @Test func `a damaged gzip file is told with the place, after what was good`() throws {
        let content = Self.sample(1_000_000)
        var packed = try gzip(content)
        packed[packed.count - 5] ^= 0xFF  // in the checksum
        try FileSystem.replace(directory("bad"), packed, durable: false)
        var source = try ByteSource(directory("bad"))
        var read: [UInt8] = []
        var failure: SourceError?
        while failure == nil {
            do throws(SourceError) {
                if try source.read(into: &read, upTo: 1 << 16) == 0 { break }
            } catch {
                failure = error
            }
        }
        guard case .gzip(_, let offset, .corrupt) = failure else {
            Issue.record("it is \(String(describing: failure))"); return
        }
        #expect(offset > packed.count - 9 && offset <= packed.count)
        #expect(read == content)
    }

    @Test func `something else behind a member is an error, not lost`() throws {
        let packed = try gzip(bytes("abc"))
        try FileSystem.replace(directory("more"), packed + bytes("plain text"), durable: false)
        let error = #expect(throws: SourceError.self) { try drain(directory("more"), piece: 100) }
        #expect(error == .gzip(path: directory("more"), offset: packed.count, problem: .trailing))
        #expect(error?.description.contains("at byte \(packed.count)") == true)
    }

    @Test func `a missing file is a file error`() {
        let error = #expect(throws: SourceError.self) { try drain(directory("none"), piece: 1) }
        guard case .file(let inner) = error else { Issue.record("not a file error"); return }
        #expect(inner.isMissing)
    }

    @Test(
        arguments: [
            ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\nb", ["a", "", "b"]), ("å\r\n", ["å\r"]),
        ] as [(String, [String])])
    func `lines end at LF, the last one at the end`(text: String, expected: [String]) throws {
        try FileSystem.replace(directory("lines"), bytes(text), durable: false)
        #expect(try lines(directory("lines")) == expected)
        try FileSystem.replace(directory("packed"), try gzip(bytes(text)), durable: false)
        #expect(try lines(directory("packed")) == expected)
    }

    @Test func `long lines over many blocks come whole`() throws {
        let expected = (0..<20).map { String(repeating: "x", count: $0 * 50_000) + "\($0)" }
        try FileSystem.replace(directory("lines"), bytes(expected.joined(separator: "\n")), durable: false)
        #expect(try lines(directory("lines"), limitBytes: 2 << 20) == expected)
    }

    @Test(arguments: ["good\n%\nnext\n", "%", "%\n", "a\n%", "%\n%\nb"], [1_000_001, 3_000_000])
    func `a line over the limit is told and skipped`(shape: String, length: Int) throws {
        let long = String(repeating: "y", count: length)
        try FileSystem.replace(directory("l"), bytes(shape.replacing("%", with: long)), durable: false)
        var source = try LineSource(directory("l"), limitBytes: 1_000_000)
        var seen: [String] = []
        while true {
            do throws(SourceError) {
                guard let line = try source.next() else { break }
                seen.append(String(decoding: line, as: UTF8.self))
            } catch {
                #expect(error == .lineTooLong(path: directory("l"), line: source.lineNumber, bytes: long.utf8.count))
                seen.append("%")
            }
        }
        #expect(seen == shape.split(separator: "\n").map(String.init))
        #expect(source.lineNumber == seen.count)
    }
}
