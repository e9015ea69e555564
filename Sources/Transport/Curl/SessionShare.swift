// SPDX-License-Identifier: MIT

import CCurl

/// Owner of one `CURLSH *`: the TLS sessions that the transfers of a loop have in common.
///
/// Without it every transfer forgets its session, and a second connection to a host shakes hands in full: 1 ms of CPU,
/// and the server's certificate chain on the wire once more. A session is taken up only for the same host, port and
/// rules of trust as before, and carries the result of the verification it began with; the host's name is compared
/// again (libcurl's vtls.c and openssl.c).
///
/// SAFETY: no lock functions are set, so everything is called by one thread at a time, which `CurlEngine` sees to.
@safe struct SessionShare: ~Copyable, @unchecked Sendable {
    private let library: CurlLibrary
    private let pointer: UnsafeMutableRawPointer

    init(_ library: CurlLibrary) throws(TransportError) {
        guard let pointer = unsafe ccurl_share_sessions(library.table) else {
            throw .unusable(detail: "libcurl makes no share of TLS sessions: out of memory")
        }
        self.library = library
        unsafe self.pointer = pointer
    }

    /// libcurl refuses to take the share away from transfers that still use it, and leaves it to them.
    deinit { unsafe ccurl_share_cleanup(library.table, pointer) }

    /// Lets the transfer use the sessions and leave its own; the share has to outlive it.
    func join(_ easy: borrowing EasyHandle) throws(TransportError) {
        unsafe try easy.setBorrowed(CURLOPT_SHARE, to: UnsafeRawPointer(pointer))
    }
}
