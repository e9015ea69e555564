// SPDX-License-Identifier: MIT

import Glibc

/// The lines of a file, a gzip file or standard input, one after the other.
package struct LineSource: ~Copyable {
    /// How many lines have been begun; the number of the line last returned.
    package private(set) var lineNumber = 0

    private var source: ByteSource
    private let limitBytes: Int
    private var buffer: [UInt8] = []
    /// What is before this in `buffer` has been returned.
    private var start = 0
    /// What is before this in `buffer` holds no LF.
    private var searched = 0
    private var isAtEnd = false

    /// Opens `path`, or standard input for `-`; `isStopped` as in `ByteSource`.
    package init(
        _ path: String, limitBytes: Int = 128 << 20, isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(SourceError) {
        source = try ByteSource(path, isStopped: isStopped)
        self.limitBytes = limitBytes
    }

    /// The next line without its LF; nil at the end. A last line without LF counts as a line.
    ///
    /// `SourceError.lineTooLong` tells of a line that was skipped: the next call goes on behind it. After any other
    /// error the source is of no more use.
    package mutating func next() throws(SourceError) -> [UInt8]? {
        while true {
            if let end = lineFeed() { return try take(upTo: end, andDrop: 1) }
            if isAtEnd { return start < buffer.count ? try take(upTo: buffer.count, andDrop: 0) : nil }
            if buffer.count - start > limitBytes { try skipLine() }
            try fill()
        }
    }

    private mutating func take(upTo end: Int, andDrop extra: Int) throws(SourceError) -> [UInt8] {
        let line = start..<end
        start = end + extra
        searched = start
        lineNumber += 1
        if line.count > limitBytes { throw tooLong(line.count) }
        return Array(buffer[line])
    }

    /// Drops bytes, in constant memory, until the line has ended, then tells of it.
    private mutating func skipLine() throws(SourceError) {
        var length = 0
        var end: Int?
        repeat {
            length += buffer.count - start
            start = buffer.count
            try fill()
            end = lineFeed()
        } while end == nil && !isAtEnd
        if let end {
            length += end - start
            start = end + 1
            searched = start
        }
        lineNumber += 1
        throw tooLong(length)
    }

    private func tooLong(_ length: Int) -> SourceError {
        .lineTooLong(path: source.path, line: lineNumber, bytes: length)
    }

    /// Where the next LF stands in `buffer`; looks at each byte once.
    private mutating func lineFeed() -> Int? {
        let from = searched
        let found: Int? = unsafe buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, from < bytes.count else { return nil }
            guard let hit = unsafe memchr(base + from, 0x0A, bytes.count - from) else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
        if found == nil { searched = buffer.count }
        return found
    }

    private mutating func fill() throws(SourceError) {
        if start > 0 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        if try source.read(into: &buffer, upTo: 1 << 18) == 0 { isAtEnd = true }
    }
}
