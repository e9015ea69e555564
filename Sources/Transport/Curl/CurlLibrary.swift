// SPDX-License-Identifier: MIT

import CCurl

/// libcurl, loaded into the process.
///
/// Loading and `curl_global_init` are per process by libcurl's nature, hence the one static value; it is made when the
/// first transfer is, so that commands without network never load libcurl's forty libraries (see `shim.h`).
///
/// SAFETY: the table is written before the value exists and never afterwards. libcurl promises that its functions may
/// be called from several threads as long as no handle is shared (libcurl-thread(3)); each handle's owner sees to that.
@safe struct CurlLibrary: @unchecked Sendable {
    let table: UnsafePointer<ccurl_table>

    /// The library, or why it cannot be used.
    static let loaded: Result<CurlLibrary, TransportError> = load("libcurl.so.4")

    /// Loads the shared library `name`; it stays loaded until the process ends.
    static func load(_ name: String) -> Result<CurlLibrary, TransportError> {
        let table = UnsafeMutablePointer<ccurl_table>.allocate(capacity: 1)
        unsafe table.initialize(to: ccurl_table())
        if let problem = unsafe ccurl_load(table, name) {
            let detail = unsafe String(cString: problem)
            unsafe table.deallocate()
            return .failure(.unusable(detail: "cannot load \(name) (\(detail)): install the package libcurl4"))
        }
        let library = unsafe CurlLibrary(table: UnsafePointer(table))
        let code = unsafe ccurl_global_init(table)
        guard code == CURLE_OK else {
            return .failure(.unusable(detail: "\(name) does not initialise: \(library.text(for: code))"))
        }
        return .success(library)
    }

    /// libcurl's own words for a code.
    func text(for code: CURLcode) -> String {
        guard let text = unsafe ccurl_easy_text(table, code) else { return "libcurl error \(code.rawValue)" }
        return unsafe String(cString: text)
    }

    /// libcurl's own words for a code of the multi interface.
    func text(for code: CURLMcode) -> String {
        guard let text = unsafe ccurl_multi_text(table, code) else { return "libcurl multi error \(code.rawValue)" }
        return unsafe String(cString: text)
    }
}

/// What a process can decide about libcurl before it is loaded.
package enum CurlMemory {
    /// Keeps GnuTLS, which Debian's libcurl brings along unused, from setting itself up: 0.7 MB less.
    ///
    /// It changes the environment, which is safe only as long as the process has one thread, and children inherit the
    /// change: for the first lines of a program that starts none.
    package static func spareGnuTLS() { ccurl_spare_gnutls() }
}
