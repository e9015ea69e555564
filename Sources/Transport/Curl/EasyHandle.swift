// SPDX-License-Identifier: MIT

import CCurl

/// Owner of one `CURL *`: the settings and the state of one transfer, and the buffer libcurl explains failures in.
@safe struct EasyHandle: ~Copyable {
    private let library: CurlLibrary
    private let problem: UnsafeMutablePointer<CChar>
    let pointer: UnsafeMutableRawPointer

    init(_ library: CurlLibrary) throws(TransportError) {
        guard let pointer = unsafe ccurl_easy_init(library.table) else {
            throw .unusable(detail: "libcurl makes no transfer handle: out of memory")
        }
        self.library = library
        unsafe self.pointer = pointer
        unsafe problem = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe problem.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // A refused error buffer only loses detail; the code's own text remains.
        _ = unsafe ccurl_set_pointer(library.table, pointer, CURLOPT_ERRORBUFFER, problem)
    }

    deinit {
        // libcurl may write to the buffer until the handle is gone.
        unsafe ccurl_easy_cleanup(library.table, pointer)
        unsafe problem.deallocate()
    }

    /// The handle's address, by which the multi handle's messages name it.
    var address: UInt { unsafe UInt(bitPattern: pointer) }

    func set(_ option: CURLoption, to value: Int) throws(TransportError) {
        try check(unsafe ccurl_set_long(library.table, pointer, option, value))
    }

    func set(_ option: CURLoption, to value: Bool) throws(TransportError) {
        try set(option, to: value ? 1 : 0)
    }

    func setOffset(_ option: CURLoption, to value: Int) throws(TransportError) {
        try check(unsafe ccurl_set_offset(library.table, pointer, option, value))
    }

    /// libcurl copies the text; nil takes libcurl's default away.
    func set(_ option: CURLoption, to text: String?) throws(TransportError) {
        guard let text else {
            try check(unsafe ccurl_set_pointer(library.table, pointer, option, nil))
            return
        }
        try check(unsafe text.withCString { unsafe ccurl_set_pointer(library.table, pointer, option, $0) })
    }

    /// For options under which libcurl copies the bytes: `CURLOPT_COPYPOSTFIELDS` (its size set before).
    func setCopied(_ option: CURLoption, to bytes: [UInt8]) throws(TransportError) {
        // An empty array has no address to give, and NULL means something else to libcurl.
        let code = unsafe (bytes.isEmpty ? [0] : bytes).withUnsafeBytes {
            unsafe ccurl_set_pointer(library.table, pointer, option, $0.baseAddress)
        }
        try check(code)
    }

    /// libcurl copies the blob.
    func setBlob(_ option: CURLoption, to bytes: [UInt8]) throws(TransportError) {
        let code = unsafe bytes.withUnsafeBytes { buffer in
            var blob = unsafe curl_blob(
                data: UnsafeMutableRawPointer(mutating: buffer.baseAddress), len: buffer.count,
                flags: UInt32(CURL_BLOB_COPY))
            return unsafe ccurl_set_pointer(library.table, pointer, option, &blob)
        }
        try check(code)
    }

    /// For callback contexts, buffers and lists; the caller keeps `value` alive until the handle is gone.
    func setBorrowed(_ option: CURLoption, to value: UnsafeRawPointer?) throws(TransportError) {
        try check(unsafe ccurl_set_pointer(library.table, pointer, option, value))
    }

    func setCallback(_ option: CURLoption, to callback: @escaping ccurl_data_callback) throws(TransportError) {
        try check(unsafe ccurl_set_data_callback(library.table, pointer, option, callback))
    }

    func setSeekCallback(_ option: CURLoption, to callback: @escaping curl_seek_callback) throws(TransportError) {
        try check(unsafe ccurl_set_seek_callback(library.table, pointer, option, callback))
    }

    func setRequestCallback(_ option: CURLoption, to callback: @escaping curl_prereq_callback) throws(TransportError) {
        try check(unsafe ccurl_set_request_callback(library.table, pointer, option, callback))
    }

    /// A number about the transfer; 0 where libcurl knows none.
    func number(_ what: CURLINFO) -> Int {
        var value = 0
        return unsafe ccurl_get_long(library.table, pointer, what, &value) == CURLE_OK ? value : 0
    }

    /// A size or a time about the transfer; 0 where libcurl knows none.
    func offset(_ what: CURLINFO) -> Int {
        var value = 0
        return unsafe ccurl_get_offset(library.table, pointer, what, &value) == CURLE_OK ? value : 0
    }

    /// Why the transfer failed: libcurl's text about this case, else its text for the code.
    func explanation(of code: CURLcode) -> String {
        let text = unsafe String(cString: problem)
        return text.isEmpty ? library.text(for: code) : text
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code != CURLE_OK else { return }
        throw .unusable(detail: "libcurl refuses a setting of the request: \(library.text(for: code))")
    }
}
