// SPDX-License-Identifier: MIT

import CCurl
import HTTPTypes

/// One request on its way: its libcurl handle and what has come of the answer.
///
/// Used by one thread at a time. libcurl's callbacks get the object itself, unretained: whoever adds the handle to a
/// multi handle keeps the object until it has taken the handle out again.
final class Transfer {
    let easy: EasyHandle
    private var headerList: HeaderList
    private let host: String
    private let limitBytes: Int
    private let upload: [UInt8]
    private let willSend: (@Sendable () -> Void)?
    private var uploaded = 0
    private var headers = HeaderSection()
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// How much of an answer that is too large is handed on.
    static let keptBytes = 1 << 20

    init(_ call: HTTPCall, _ shared: TransferSettings) throws(TransportError) {
        let wire = try WireRequest(call, userAgent: shared.userAgent)
        easy = try EasyHandle(shared.library)
        headerList = HeaderList(shared.library)
        host = call.request.authority ?? ""
        limitBytes = call.responseLimitBytes
        willSend = call.willSend
        if case .upload(let bytes) = wire.body { upload = bytes } else { upload = [] }
        for line in wire.headerLines { try headerList.append(line) }
        try easy.apply(wire)
        try easy.apply(call)
        try easy.apply(shared.trust, files: shared.certificates)
        try connectCallbacks()
    }

    private func connectCallbacks() throws(TransportError) {
        // SAFETY: `easy` is a property of the object the pointers lead to, and calls back only while it is in a multi
        // handle, during which the object is kept (see above); the list goes after the last use of the handle.
        let context = unsafe UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        unsafe try easy.setBorrowed(CURLOPT_HTTPHEADER, to: UnsafeRawPointer(headerList.first))
        unsafe try easy.setBorrowed(CURLOPT_WRITEDATA, to: context)
        unsafe try easy.setBorrowed(CURLOPT_HEADERDATA, to: context)
        unsafe try easy.setBorrowed(CURLOPT_READDATA, to: context)
        unsafe try easy.setBorrowed(CURLOPT_SEEKDATA, to: context)
        unsafe try easy.setCallback(CURLOPT_WRITEFUNCTION, to: Self.onBody)
        unsafe try easy.setCallback(CURLOPT_HEADERFUNCTION, to: Self.onHeader)
        unsafe try easy.setCallback(CURLOPT_READFUNCTION, to: Self.onRead)
        unsafe try easy.setSeekCallback(CURLOPT_SEEKFUNCTION, to: Self.onSeek)
        guard willSend != nil else { return }
        unsafe try easy.setBorrowed(CURLOPT_PREREQDATA, to: context)
        unsafe try easy.setRequestCallback(CURLOPT_PREREQFUNCTION, to: Self.onRequest)
    }

    /// What came of the transfer, once libcurl says that it is over.
    func result(of code: CURLcode) -> Result<Reply, TransportError> {
        if isTooLarge { return .failure(.tooLarge(limitBytes: limitBytes, received: body)) }
        guard code == CURLE_OK else { return .failure(failure(code).error) }
        guard headers.isOver else {
            // libcurl takes a connection closed amid the headers for the end of an empty answer (7.88.1).
            let detail = "closed amid the headers of the answer"
            return .failure(.interrupted(host: host, receivedBytes: 0, detail: detail))
        }
        let status = easy.number(CURLINFO_RESPONSE_CODE)
        return .success(Reply(status: status, headers: headers.fields, body: body, timing: timing))
    }

    private func failure(_ code: CURLcode) -> TransferFailure {
        TransferFailure(
            code: code, detail: easy.explanation(of: code), host: host,
            verifyResult: easy.number(CURLINFO_SSL_VERIFYRESULT), proxyStatus: easy.number(CURLINFO_HTTP_CONNECTCODE),
            wasConnected: easy.offset(CURLINFO_PRETRANSFER_TIME_T) > 0,
            elapsed: .microseconds(easy.offset(CURLINFO_TOTAL_TIME_T)),
            receivedBytes: easy.offset(CURLINFO_SIZE_DOWNLOAD_T))
    }

    private var timing: TransferTiming {
        var timing = TransferTiming()
        timing.total = .microseconds(easy.offset(CURLINFO_TOTAL_TIME_T))
        timing.firstByte = .microseconds(easy.offset(CURLINFO_STARTTRANSFER_TIME_T))
        timing.wireBytes = easy.offset(CURLINFO_SIZE_DOWNLOAD_T)
        timing.reusedConnection = easy.number(CURLINFO_NUM_CONNECTS) == 0
        timing.httpVersion = easy.number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0) ? "2" : "1.1"
        return timing
    }
}

/// What libcurl calls.
extension Transfer {
    /// SAFETY: libcurl hands back the context it was given, and calls only while the transfer is kept.
    private static func transfer(_ context: UnsafeMutableRawPointer) -> Transfer {
        unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    private static let onHeader: ccurl_data_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let context = unsafe context else { return 0 }
        unsafe transfer(context).headers.append(UnsafeRawBufferPointer(start: buffer, count: size * count))
        return size * count
    }

    private static let onBody: ccurl_data_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let context = unsafe context else { return 0 }
        let taken = unsafe transfer(context).take(UnsafeRawBufferPointer(start: buffer, count: size * count))
        return taken ? size * count : Int(CURL_WRITEFUNC_ERROR)
    }

    private static let onRead: ccurl_data_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let context = unsafe context else { return 0 }
        return unsafe transfer(context).give(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }

    /// libcurl goes back when a kept connection turns out dead and the request is sent again on a new one.
    private static let onSeek: curl_seek_callback = { context, offset, origin in
        guard let context = unsafe context, origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
        let transfer = unsafe transfer(context)
        guard (0...transfer.upload.count).contains(offset) else { return CURL_SEEKFUNC_FAIL }
        transfer.uploaded = offset
        return CURL_SEEKFUNC_OK
    }

    private static let onRequest: curl_prereq_callback = { context, _, _, _, _ in
        if let context = unsafe context { unsafe transfer(context).willSend?() }
        return CURL_PREREQFUNC_OK
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= limitBytes else {
            isTooLarge = true
            unsafe body.append(contentsOf: bytes.prefix(max(0, Self.keptBytes - body.count)))
            if body.count > Self.keptBytes { body = Array(body[..<Self.keptBytes]) }
            return false
        }
        if body.isEmpty, headers.fields[.contentEncoding] == nil {
            body.reserveCapacity(min(easy.offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), limitBytes))
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, upload.count - uploaded)
        unsafe buffer.copyBytes(from: upload[uploaded..<uploaded + count])
        uploaded += count
        return count
    }
}
