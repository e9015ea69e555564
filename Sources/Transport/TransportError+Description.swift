// SPDX-License-Identifier: MIT

extension TransportError: CustomStringConvertible {
    /// What failed, on which host, and what to do next; never a header or a body.
    package var description: String {
        switch self {
        case .dns(let host, let detail):
            "no address for \(host) (\(detail)): check the host's name and this machine's DNS"
        case .connect(let host, let detail):
            "no connection to \(host) (\(detail)): check network, firewall and proxy, or try again later"
        case .tls(let problem, let host, let detail):
            "no trusted connection to \(host) (\(detail)): \(problem.advice)"
        case .timeout(.connect, let host, let after):
            "no connection to \(host) within \(after.rounded): check network, firewall and proxy, or try again later"
        case .timeout(.answer, let host, let after):
            "no whole answer from \(host) within \(after.rounded): try again later or allow more time"
        case .interrupted(let host, let receivedBytes, let detail):
            "the connection to \(host) broke after \(receivedBytes) bytes of the body (\(detail)): try again"
        case .tooLarge(let limitBytes, _):
            "the answer is larger than the limit of \(limitBytes) bytes: check that the URL leads to the right service"
        case .badEncoding(let host, let detail):
            "the answer of \(host) is not compressed as it says (\(detail)): try again, or look for a broken proxy"
        case .cancelled:
            "the request was cancelled before its answer came"
        case .unusable(let detail):
            "the request cannot be sent: \(detail)"
        }
    }
}

extension TransportError.TLSProblem {
    fileprivate var advice: String {
        switch self {
        case .expired: "the certificate is outside its validity: check this machine's clock, or wait for its renewal"
        case .wrongHost: "the certificate is for another host: check the URL, the DNS and any proxy"
        case .unknownIssuer: "nobody trusted signed the certificate: name its authority with tls.ca_file"
        case .other: "check the server's TLS settings (1.2 or newer is needed)"
        }
    }
}

extension Duration {
    /// `1.5 s`: to milliseconds, without needless digits.
    fileprivate var rounded: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}
