// SPDX-License-Identifier: MIT

import CCurl

/// Owner of one `curl_slist`: the header lines of a request.
@safe struct HeaderList: ~Copyable {
    private let library: CurlLibrary
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ library: CurlLibrary) {
        self.library = library
        unsafe first = nil
    }

    deinit { unsafe ccurl_slist_free(library.table, first) }

    /// Adds a line without its end: `Name: value`, `Name;` (empty value) or `Name:` (take libcurl's own line away).
    mutating func append(_ line: String) throws(TransportError) {
        // On failure libcurl leaves the list as it was, so it still has its owner.
        guard let list = unsafe ccurl_slist_append(library.table, first, line) else {
            throw .unusable(detail: "libcurl takes no header line: out of memory")
        }
        unsafe first = list
    }
}
