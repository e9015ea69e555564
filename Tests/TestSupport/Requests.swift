// SPDX-License-Identifier: MIT

package import HTTPTypes
package import Transport

extension HTTPCall {
    /// A call to `http://authority/path` unless the scheme says otherwise.
    package init(
        _ method: HTTPRequest.Method, _ authority: String, _ path: String = "/", scheme: String = "http",
        headers: HTTPFields = [:], body: [UInt8]? = nil
    ) {
        self.init(
            HTTPRequest(method: method, scheme: scheme, authority: authority, path: path, headerFields: headers),
            body: body)
    }
}
