// SPDX-License-Identifier: MIT

import CSystemd
import Glibc

/// A connection to the system bus, to ask the service manager.
@safe struct SystemBus: ~Copyable {
    private let table: UnsafePointer<csystemd_bus_table>
    private let bus: OpaquePointer

    /// - Parameter timeout: for each call.
    init(timeout: Duration) throws(UnitState.Unavailable) {
        guard let library = BusLibrary.loaded else {
            throw UnitState.Unavailable(description: "libsystemd is not installed")
        }
        let (seconds, attoseconds) = timeout.components
        let microseconds = UInt64(max(0, seconds)) * 1_000_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000)
        var opened: OpaquePointer?
        let result = unsafe csystemd_bus_open(library.table, &opened, microseconds)
        guard result >= 0, let opened = unsafe opened else {
            throw Self.problem("no system bus here", result)
        }
        unsafe table = library.table
        unsafe bus = opened
    }

    deinit { unsafe csystemd_bus_close(table, bus) }

    /// The object of a unit, which systemd loads when it is asked for.
    func path(of unit: String) throws(UnitState.Unavailable) -> String {
        var text: UnsafeMutablePointer<CChar>?
        let result = unsafe csystemd_bus_unit_path(table, unit, &text)
        return try unsafe Self.take(text, result, "the name \(unit)")
    }

    func text(_ path: String, _ interface: String, _ member: String) throws(UnitState.Unavailable) -> String {
        var text: UnsafeMutablePointer<CChar>?
        let result = unsafe csystemd_bus_get_string(table, bus, path, interface, member, &text)
        return try unsafe Self.take(text, result, "\(member) of \(path)")
    }

    /// Seconds since 1970; nil where the property says never (0 or the largest number).
    func instant(_ path: String, _ interface: String, _ member: String) throws(UnitState.Unavailable) -> Double? {
        var value: UInt64 = 0
        let result = unsafe csystemd_bus_get_u64(table, bus, path, interface, member, &value)
        guard result >= 0 else { throw Self.problem("systemd does not tell \(member) of \(path)", result) }
        return value == 0 || value == .max ? nil : Double(value) / 1_000_000
    }

    private static func take(
        _ text: UnsafeMutablePointer<CChar>?, _ result: Int32, _ what: String
    ) throws(UnitState.Unavailable) -> String {
        guard result >= 0, let text = unsafe text else { throw problem("systemd does not tell \(what)", result) }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func problem(_ what: String, _ result: Int32) -> UnitState.Unavailable {
        let reason = unsafe strerror(-result).map { unsafe String(cString: $0) } ?? "error \(-result)"
        return UnitState.Unavailable(description: "\(what): \(reason)")
    }
}

/// sd-bus of libsystemd, loaded when units are first asked for.
///
/// SAFETY: the table is written before the value exists and never afterwards.
@safe struct BusLibrary: @unchecked Sendable {
    let table: UnsafePointer<csystemd_bus_table>

    /// nil where the system has no libsystemd.
    static let loaded: BusLibrary? = {
        let table = UnsafeMutablePointer<csystemd_bus_table>.allocate(capacity: 1)
        unsafe table.initialize(to: csystemd_bus_table())
        guard unsafe csystemd_bus_load(table, "libsystemd.so.0") == nil else {
            unsafe table.deallocate()
            return nil
        }
        return unsafe BusLibrary(table: UnsafePointer(table))
    }()
}
