// SPDX-License-Identifier: MIT

import FlyingSocks
import Glibc
import TestSupport
import Testing

@testable import Systemd

@Suite struct NotifyTests {
    @Test func `states reach the manager's socket as one message`() throws {
        try withTemporaryDirectory { path throws in
            let socket = try Socket(domain: AF_UNIX, type: .datagram)
            defer { try? socket.close() }  // nothing depends on it any more
            try socket.bind(to: .unix(path: "\(path)/notify"))
            let result = try runProgram(
                JournaldBox.probe, ["notify"], environment: ["NOTIFY_SOCKET": "\(path)/notify"])
            #expect(result.text == "delivered\n")
            let message = String(decoding: try socket.read(atMost: 4096), as: UTF8.self)
            #expect(message == "READY=1\nSTATUS=two lines\nEXTEND_TIMEOUT_USEC=1500000")
        }
    }

    @Test func `without a manager nobody listens`() throws {
        #expect(try runProgram(JournaldBox.probe, ["notify"], environment: [:]).text == "nobodyListens\n")
    }

    @Test func `a socket that is gone is a failure with its number`() throws {
        let result = try runProgram(
            JournaldBox.probe, ["notify"], environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])
        #expect(result.text == "failed(\(ENOENT))\n")
    }

    @Test(
        arguments: [
            (.ready, "READY=1"), (.stopping, "STOPPING=1"), (.watchdog, "WATCHDOG=1"),
            (.status("a\r\nb"), "STATUS=a b"),
            (.extendTimeout(.seconds(90)), "EXTEND_TIMEOUT_USEC=90000000"),
        ] as [(Notify, String)])
    func `states are written as sd_notify(3) wants them`(state: Notify, assignment: String) {
        #expect(state.assignment == assignment)
    }
}
