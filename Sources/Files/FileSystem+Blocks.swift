// SPDX-License-Identifier: MIT

import Glibc

extension FileSystem {
    /// Hands the file to `body` in blocks of whole lines, each with its LF, in order; the last line may lack it.
    ///
    /// One block is in memory at a time; it grows where a line is longer. Nothing where there is no file.
    package static func forEachBlock(
        of path: String, blockBytes: Int = 1 << 18, _ body: (Span<UInt8>) -> Void
    ) throws(FileError) {
        let file: Descriptor
        do {
            file = try Descriptor(path, O_RDONLY)
        } catch {
            guard error.isMissing else { throw error }
            return
        }
        var block = [UInt8](repeating: 0, count: max(1, blockBytes))
        var used = 0
        while true {
            if used == block.count { block += [UInt8](repeating: 0, count: used) }
            let count = try fill(&block, from: used, file)
            if count == 0 { break }
            let end = used + count
            guard let feed = block.span.lastIndex(of: 0x0A, in: used..<end) else {
                used = end
                continue
            }
            body(block.span.extracting(0..<feed + 1))
            used = moveToFront(&block, feed + 1..<end)
        }
        if used > 0 { body(block.span.extracting(0..<used)) }
    }

    /// One read(2) behind the first `used` bytes; 0 at the end of the file.
    private static func fill(
        _ block: inout [UInt8], from used: Int, _ file: borrowing Descriptor
    ) throws(FileError) -> Int {
        var failure: FileError?
        let count = unsafe block.withUnsafeMutableBytes { bytes -> Int in
            do throws(FileError) {
                return try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[used...]))
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return count
    }

    /// Returns how many bytes now stand at the front.
    private static func moveToFront(_ block: inout [UInt8], _ range: Range<Int>) -> Int {
        unsafe block.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe memmove(base, base + range.lowerBound, range.count)
        }
        return range.count
    }
}
