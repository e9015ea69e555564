// SPDX-License-Identifier: MIT

import Glibc

/// Reads a file or standard input from beginning to end in constant memory; gzip is inflated on the way.
///
/// gzip is known by its first two bytes, whatever the name; several members one after the other are one stream.
package struct ByteSource: ~Copyable {
    /// As given; `-` is standard input.
    package let path: String

    private let file: Descriptor
    private var input: ByteWindow
    private var inflater: Inflater?
    private var isKnown = false
    private var isAtEnd = false
    /// Bytes taken from the file before those in `input`.
    private var consumed = 0
    private let isStopped: @Sendable () -> Bool

    /// Opens `path`, or standard input for `-`.
    ///
    /// - Parameter isStopped: asked while input is awaited, as at a pipe; true is the end of the input.
    package init(_ path: String, isStopped: @escaping @Sendable () -> Bool = { false }) throws(SourceError) {
        let file = try Self.open(path)
        self.init(path: path, file: file, isStopped: isStopped)
    }

    private init(path: String, file: consuming Descriptor, isStopped: @escaping @Sendable () -> Bool) {
        self.path = path
        self.file = file
        self.isStopped = isStopped
        input = ByteWindow(capacity: 1 << 18)
    }

    /// Appends the next bytes, at least one and at most `limit`; returns how many, 0 at the end.
    package mutating func read(into buffer: inout [UInt8], upTo limit: Int) throws(SourceError) -> Int {
        guard limit > 0 else { return 0 }
        if !isKnown { try look() }
        if inflater != nil { return try inflate(into: &buffer, upTo: limit) }
        if input.count == 0 { try fill() }
        return input.move(to: &buffer, upTo: limit)
    }

    /// Finds out from the first two bytes whether this is gzip.
    private mutating func look() throws(SourceError) {
        while input.count < 2, !isAtEnd { try fill() }
        if input.starts(with: 0x1F, 0x8B) { inflater = try Inflater(path: path) }
        isKnown = true
    }

    private mutating func inflate(into buffer: inout [UInt8], upTo limit: Int) throws(SourceError) -> Int {
        while true {
            if input.count == 0, !isAtEnd { try fill() }
            let before = input.count
            let result = inflater?.inflate(&input, into: &buffer, upTo: limit) ?? .failed(.memory)
            consumed += before - input.count
            switch result {
            case .produced(let count): return count
            case .needsInput where isAtEnd:
                throw .gzip(path: path, offset: consumed, problem: .truncated)
            case .needsInput: continue
            case .memberEnded:
                if try !hasNextMember() { return 0 }
            case .failed(let problem): throw .gzip(path: path, offset: consumed, problem: problem)
            }
        }
    }

    /// Skips zero padding behind a member, as gzip(1) does, and says whether another member follows.
    private mutating func hasNextMember() throws(SourceError) -> Bool {
        while true {
            consumed += input.dropZeros()
            while input.count < 2, !isAtEnd { try fill() }
            if input.count == 0 { return false }
            if input.starts(with: 0x1F, 0x8B) {
                inflater?.startMember()
                return true
            }
            guard input.first == 0 else { throw .gzip(path: path, offset: consumed, problem: .trailing) }
        }
    }

    private mutating func fill() throws(SourceError) {
        do throws(FileError) {
            while try !file.awaitInput(milliseconds: 100) {
                if isStopped() {
                    isAtEnd = true
                    return
                }
            }
            if try input.fill(from: file) == 0 { isAtEnd = true }
        } catch {
            throw .file(error)
        }
    }

    private static func open(_ path: String) throws(SourceError) -> Descriptor {
        do throws(FileError) {
            guard path == "-" else { return try Descriptor(path, O_RDONLY) }
            // A copy of descriptor 0, so that closing ours leaves the program's alone.
            let copy = try check("open", "standard input") { Int(dup(0)) }
            return Descriptor(owning: Int32(copy), path: "standard input")
        } catch {
            throw .file(error)
        }
    }
}
