// SPDX-License-Identifier: MIT

import CCurl

/// What is known about a transfer libcurl gave up, and which `TransportError` that is.
struct TransferFailure: Sendable {
    let code: CURLcode
    /// libcurl's own words.
    let detail: String
    /// The authority of the request: host and maybe port.
    let host: String
    /// OpenSSL's `X509_V_…` code, 0 when the chain of certificates was fine or never looked at.
    var verifyResult = 0
    /// Status a proxy answered CONNECT with; 0 without one.
    var proxyStatus = 0
    /// Whether the request could be sent, TLS and all.
    var wasConnected = false
    var elapsed: Duration = .zero
    /// Bytes of the body that had come.
    var receivedBytes = 0

    /// The error to throw.
    var error: TransportError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns(host: host, detail: detail)
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect(host: host, detail: detail)
        case CURLE_OPERATION_TIMEDOUT: .timeout(phase: wasConnected ? .answer : .connect, host: host, after: elapsed)
        case CURLE_BAD_CONTENT_ENCODING: .badEncoding(host: host, detail: detail)
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        case CURLE_PEER_FAILED_VERIFICATION: .tls(certificateProblem, host: host, detail: detail)
        case CURLE_SSL_CONNECT_ERROR where isBrokenHandshake: interrupted
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CLIENTCERT, CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            .tls(.other, host: host, detail: detail)
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_INITFAILED, CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN,
            CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION, CURLE_FAILED_INIT:
            .unusable(detail: detail)
        case CURLE_RECV_ERROR where proxyStatus != 0 && !wasConnected: .connect(host: host, detail: detail)
        default: interrupted
        }
    }

    private var interrupted: TransportError {
        .interrupted(host: host, receivedBytes: receivedBytes, detail: detail)
    }

    /// OpenSSL's verdicts. libcurl checks the name by itself and before it asks for the verdict, which is then still
    /// the 1 (unspecified) that libcurl began with.
    private var certificateProblem: TransportError.TLSProblem {
        switch verifyResult {
        case 0, 1, 62, 64: .wrongHost  // X509_V_OK, …_UNSPECIFIED, …_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH
        case 9, 10: .expired  // X509_V_ERR_CERT_NOT_YET_VALID, …_CERT_HAS_EXPIRED
        case 2, 18, 19, 20, 21: .unknownIssuer  // no issuer certificate, or a self-signed one nobody trusts
        default: .other
        }
    }

    /// Whether the connection broke during the handshake without a word from TLS: a matter of the network, not of
    /// certificates. libcurl has no code of its own for it (texts observed with 7.88.1 and OpenSSL 3.0).
    private var isBrokenHandshake: Bool {
        let beginnings = ["OpenSSL SSL_connect:", "Recv failure:", "Send failure:"]
        return beginnings.contains(where: detail.hasPrefix) || detail.hasSuffix("unexpected eof while reading")
    }
}
