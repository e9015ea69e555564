// SPDX-License-Identifier: MIT

import CCurl

/// Owner of one `CURLM *`: the transfers under way, the connections kept for the next ones, the name cache.
///
/// SAFETY: `wakeUp` may be called from any thread (curl_multi_wakeup(3)); everything else by one thread at a time, which
/// `CurlEngine` sees to.
@safe struct MultiHandle: ~Copyable, @unchecked Sendable {
    private let library: CurlLibrary
    private let pointer: UnsafeMutableRawPointer

    init(_ library: CurlLibrary) throws(TransportError) {
        guard let pointer = unsafe ccurl_multi_init(library.table) else {
            throw .unusable(detail: "libcurl makes no multi handle: out of memory or no file descriptor left")
        }
        self.library = library
        unsafe self.pointer = pointer
    }

    deinit { unsafe ccurl_multi_cleanup(library.table, pointer) }

    func set(_ option: CURLMoption, to value: Int) throws(TransportError) {
        try check(unsafe ccurl_multi_set_long(library.table, pointer, option, value))
    }

    func add(_ easy: borrowing EasyHandle) throws(TransportError) {
        try check(unsafe ccurl_multi_add(library.table, pointer, easy.pointer))
    }

    /// Ends the transfer if it is not over; its connection is closed then, or kept for the next one.
    func remove(_ easy: borrowing EasyHandle) throws(TransportError) {
        try check(unsafe ccurl_multi_remove(library.table, pointer, easy.pointer))
    }

    /// Moves every transfer as far as it goes without waiting.
    func perform() throws(TransportError) {
        try check(unsafe ccurl_multi_perform(library.table, pointer))
    }

    /// Waits for something to do: a socket, a timer, or `wakeUp`.
    func wait() throws(TransportError) {
        try check(unsafe ccurl_multi_wait(library.table, pointer, 60_000))
    }

    /// Ends the present or the next `wait`. Any thread may call it.
    func wakeUp() throws(TransportError) {
        try check(unsafe ccurl_multi_wakeup(library.table, pointer))
    }

    /// The address of a handle whose transfer is over, and how it ended; nil when no other is.
    func nextFinished() -> (address: UInt, code: CURLcode)? {
        var code = CURLE_OK
        guard let easy = unsafe ccurl_multi_next_done(library.table, pointer, &code) else { return nil }
        return (UInt(bitPattern: easy), code)
    }

    private func check(_ code: CURLMcode) throws(TransportError) {
        guard code != CURLM_OK else { return }
        throw .unusable(detail: "libcurl's transfer loop fails: \(library.text(for: code))")
    }
}
