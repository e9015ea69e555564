// SPDX-License-Identifier: MIT

import Testing
import Transport

@Suite struct TransportErrorTests {
    @Test(
        arguments: [
            (.dns(host: "h.example", detail: "no such host"), "h.example", "DNS"),
            (.connect(host: "h.example:1", detail: "refused"), "h.example:1", "try again later"),
            (.tls(.expired, host: "h.example", detail: "x"), "h.example", "clock"),
            (.tls(.wrongHost, host: "h.example", detail: "x"), "h.example", "URL"),
            (.tls(.unknownIssuer, host: "h.example", detail: "x"), "h.example", "tls.ca_file"),
            (.tls(.other, host: "h.example", detail: "x"), "h.example", "1.2"),
            (.timeout(phase: .connect, host: "h.example", after: .milliseconds(1500)), "1.5 s", "firewall"),
            (.timeout(phase: .answer, host: "h.example", after: .seconds(30)), "within 30 s", "try again later"),
            (.interrupted(host: "h.example", receivedBytes: 7, detail: "reset"), "after 7 bytes", "try again"),
            (.tooLarge(limitBytes: 10, received: [1]), "10 bytes", "check"),
            (.badEncoding(host: "h.example", detail: "x"), "h.example", "try again"),
            (.unusable(detail: "install it"), "cannot be sent", "install it"),
            (.cancelled, "cancelled", "before its answer"),
        ] as [(TransportError, String, String)])
    func `the text names what failed and what to do`(error: TransportError, what: String, advice: String) {
        #expect(error.description.contains(what))
        #expect(error.description.contains(advice))
    }
}
