// SPDX-License-Identifier: MIT

/// What all transfers of one libcurl transport have in common.
package struct CurlOptions: Sendable, Hashable {
    /// Sent as `User-Agent` by calls that bring none of their own.
    package var userAgent: String
    /// PEM file of certificate authorities trusted besides the system's (`tls.ca_file`).
    package var extraCAFile: String?
    /// PEM file of the system's authorities where the environment names one (`SSL_CERT_FILE`).
    package var systemCAFile: String?
    /// Directory of the system's authorities, hashed as `openssl rehash` does (`SSL_CERT_DIR`; else `/etc/ssl/certs`).
    package var systemCADirectory: String?

    package init(
        userAgent: String, extraCAFile: String? = nil, systemCAFile: String? = nil, systemCADirectory: String? = nil
    ) {
        self.userAgent = userAgent
        self.extraCAFile = extraCAFile
        self.systemCAFile = systemCAFile
        self.systemCADirectory = systemCADirectory
    }
}
