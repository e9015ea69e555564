// SPDX-License-Identifier: MIT

import CZlib

/// zlib's decoder of one gzip member after the other.
@safe final class Inflater {
    enum Step {
        case produced(Int)
        case needsInput
        case memberEnded
        case failed(SourceError.Problem)
    }

    // zlib keeps a pointer back to the stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var pendingEnd = false
    private let output: UnsafeMutableRawBufferPointer

    init(path: String) throws(SourceError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe output = .allocate(byteCount: 1 << 17, alignment: 16)
        // 15: largest window; + 16: gzip header and checksum are zlib's business.
        let code = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if code != Z_OK { throw .gzip(path: path, offset: 0, problem: .memory) }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
        unsafe output.deallocate()
    }

    func startMember() { unsafe inflateReset(stream) }

    /// One step: takes from `input`, appends at most `limit` bytes to `buffer`.
    func inflate(_ input: inout ByteWindow, into buffer: inout [UInt8], upTo limit: Int) -> Step {
        if pendingEnd {
            pendingEnd = false
            return .memberEnded
        }
        let room = unsafe min(limit, output.count)
        var code = Z_OK
        unsafe stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(room)
        unsafe input.consume { bytes in
            unsafe stream.pointee.next_in = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            return unsafe bytes.count - Int(stream.pointee.avail_in)
        }
        let produced = unsafe room - Int(stream.pointee.avail_out)
        if produced > 0 {
            unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: output[..<produced]))
        }
        return step(code, produced: produced)
    }

    /// Bytes that were produced are handed out first; the end or the error comes with the next step.
    private func step(_ code: Int32, produced: Int) -> Step {
        if produced > 0 {
            pendingEnd = code == Z_STREAM_END
            return .produced(produced)
        }
        switch code {
        case Z_STREAM_END: return .memberEnded
        case Z_OK, Z_BUF_ERROR: return .needsInput
        case Z_MEM_ERROR: return .failed(.memory)
        default: return .failed(.corrupt)
        }
    }
}
