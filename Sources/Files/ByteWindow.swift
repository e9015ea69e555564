// SPDX-License-Identifier: MIT

/// A fixed block of memory whose used part moves forward: filled at its end, emptied at its start.
@safe struct ByteWindow: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    init(capacity: Int) {
        unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    var count: Int { end - start }

    /// The first byte; nil where it is empty.
    var first: UInt8? { start < end ? unsafe memory[start] : nil }

    func starts(with first: UInt8, _ second: UInt8) -> Bool {
        unsafe count >= 2 && memory[start] == first && memory[start + 1] == second
    }

    /// One read(2) behind what is there; returns how many bytes came, 0 at the end of the file.
    mutating func fill(from file: borrowing Descriptor) throws(FileError) -> Int {
        if start > 0 {
            let used = unsafe UnsafeRawBufferPointer(rebasing: memory[start..<end])
            unsafe memory.copyMemory(from: used)
            (start, end) = (0, end - start)
        }
        let count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[end...]))
        end += count
        return count
    }

    /// Appends at most `limit` bytes to `buffer` and drops them here; returns how many.
    mutating func move(to buffer: inout [UInt8], upTo limit: Int) -> Int {
        let taken = min(limit, count)
        unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: memory[start..<start + taken]))
        start += taken
        return taken
    }

    /// Drops zero bytes from the start; returns how many.
    mutating func dropZeros() -> Int {
        let before = start
        while start < end, unsafe memory[start] == 0 { start += 1 }
        return start - before
    }

    /// Hands the used part to `body`, which returns how many bytes of it are done with.
    mutating func consume(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
        start += unsafe body(UnsafeMutableRawBufferPointer(rebasing: memory[start..<end]))
    }
}
