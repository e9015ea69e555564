// SPDX-License-Identifier: MIT

import Dispatch
import Glibc
import Synchronization

/// What the service manager says of a unit, asked over the system bus.
package struct UnitState: Sendable, Hashable {
    package let name: String
    /// `loaded` `not-found` `masked` …
    package let load: String
    /// `active` `inactive` `activating` `failed` …
    package let active: String
    /// `waiting` `running` `start` `dead` …
    package let sub: String
    /// Seconds since 1970 when the unit last left `inactive`; nil where it never did.
    package let leftInactiveAt: Double?
    /// Of a service: `success` `timeout` `oom-kill` …; nil for other units.
    package var result: String?
    /// Of a timer, seconds since 1970: when it elapses next; nil where it will not, and for other units.
    package var nextElapse: Double?
    /// Of a timer, seconds since 1970: when it last elapsed.
    package var lastTrigger: Double?
    /// Of a timer: `enabled` `disabled` `static` …, what becomes of it at the next boot.
    package var fileState: String?

    /// Why there is no answer.
    package struct Unavailable: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// Asks for units by name, all within `limit`; in the order of the names. Blocks the calling thread.
    ///
    /// Throws where there is no libsystemd, no system bus (as in containers) or no answer in time. A unit that does not
    /// exist has `load` `not-found`.
    package static func read(
        _ names: [String], within limit: Duration = .seconds(2)
    ) throws(Unavailable) -> [UnitState] {
        let box = AnswerBox()
        let done = DispatchSemaphore(value: 0)
        // A bus that accepts and never speaks holds sd-bus for longer than any timeout of a call: the thread is left
        // behind then.
        DispatchQueue(label: "units").async {
            box.value.withLock { $0 = ask(names, within: limit) }
            done.signal()
        }
        let (seconds, attoseconds) = limit.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        guard done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success,
            let result = box.value.withLock({ $0 })
        else { throw Unavailable(description: "the system bus gave no answer within \(limit)") }
        return try result.get()
    }

    private final class AnswerBox: Sendable {
        let value = Mutex<Result<[UnitState], Unavailable>?>(nil)
    }

    private static func ask(_ names: [String], within limit: Duration) -> Result<[UnitState], Unavailable> {
        do throws(Unavailable) {
            let bus = try SystemBus(timeout: limit)
            var units: [UnitState] = []
            for name in names { units.append(try UnitState(name, bus)) }
            return .success(units)
        } catch {
            return .failure(error)
        }
    }

    private init(_ name: String, _ bus: borrowing SystemBus) throws(Unavailable) {
        let unit = "org.freedesktop.systemd1.Unit"
        self.name = name
        let path = try bus.path(of: name)
        load = try bus.text(path, unit, "LoadState")
        active = try bus.text(path, unit, "ActiveState")
        sub = try bus.text(path, unit, "SubState")
        leftInactiveAt = try bus.instant(path, unit, "InactiveExitTimestamp")
        guard load == "loaded" else { return }
        if name.hasSuffix(".service") {
            result = try bus.text(path, "org.freedesktop.systemd1.Service", "Result")
        } else if name.hasSuffix(".timer") {
            nextElapse = try bus.instant(path, "org.freedesktop.systemd1.Timer", "NextElapseUSecRealtime")
            lastTrigger = try bus.instant(path, "org.freedesktop.systemd1.Timer", "LastTriggerUSec")
            fileState = try bus.text(path, unit, "UnitFileState")
        }
    }
}
