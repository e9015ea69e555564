// SPDX-License-Identifier: MIT

import Testing

@testable import Systemd

@Suite struct UnitStateTests {
    @Test func `asking answers or says why not, within its limit`() {
        do {
            let units = try UnitState.read(["no-such-thing.timer", "no-such-thing.service"], within: .seconds(5))
            #expect(units.map(\.load) == ["not-found", "not-found"])
            #expect(units.allSatisfy { $0.nextElapse == nil && $0.result == nil })
        } catch {
            #expect(!"\(error)".isEmpty)
        }
    }

    @Test func `sd-bus is there wherever libsystemd is`() {
        #expect((BusLibrary.loaded == nil) == (SystemdLibrary.loaded == nil))
    }
}
