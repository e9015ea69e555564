// SPDX-License-Identifier: MIT

import Dispatch
import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// A system bus of a test's own with systemd's answers on it: authenticates whoever comes, and answers
/// `org.freedesktop.DBus.Properties.Get` over the wire as dbus-daemon would pass it on.
///
/// Programs are sent to it by `DBUS_SYSTEM_BUS_ADDRESS`. Source: the D-Bus Specification, "Authentication Protocol",
/// "Message Protocol" and "Type System".
package final class FakeServiceManager: Sendable {
    /// Value of a property.
    package enum Value: Sendable {
        case text(String)
        case number(UInt64)
    }

    /// Properties by unit and name; what is not there is refused as systemd refuses it.
    package typealias Units = [String: [String: Value]]

    /// For `DBUS_SYSTEM_BUS_ADDRESS`.
    package let address: String
    private let units: Units
    private let isSilent: Bool
    private let isStopped = Atomic(false)

    /// - Parameters:
    ///   - path: of the socket, which must not exist.
    ///   - isSilent: accepts whoever comes and never says a word.
    package init(path: String, _ units: Units, isSilent: Bool = false) throws {
        self.isSilent = isSilent
        address = "unix:path=\(path)"
        self.units = units
        let socket = try Socket(domain: AF_UNIX)
        try socket.bind(to: .unix(path: path))
        try socket.listen()
        try socket.setValue(.milliseconds(50), for: ReceiveTimeout())
        DispatchQueue(label: "fake-service-manager").async { self.accept(on: socket) }
    }

    package func stop() { isStopped.store(true, ordering: .relaxed) }

    private func accept(on listener: Socket) {
        while !isStopped.load(ordering: .relaxed) {
            // A timeout is how the thread comes to look at `isStopped`.
            guard let file = try? listener.accept().file else { continue }
            DispatchQueue(label: "fake-service-manager-peer").async {
                let socket = Socket(file: file)
                // The client going is how a conversation ends.
                try? self.converse(socket)
                try? socket.close()
            }
        }
        try? listener.close()
    }

    private func converse(_ socket: Socket) throws {
        while isSilent { _ = try read(socket, 1) }
        var lines = ""
        while !lines.hasSuffix("BEGIN\r\n") {
            lines += String(decoding: try read(socket, 1), as: UTF8.self)
            if lines.hasSuffix("AUTH EXTERNAL\r\n") { try write(socket, Array("DATA\r\n".utf8)) }
            if lines.hasSuffix("\r\nDATA\r\n") {
                try write(socket, Array("OK \(String(repeating: "ab", count: 16))\r\n".utf8))
            }
            if lines.hasSuffix("NEGOTIATE_UNIX_FD\r\n") { try write(socket, Array("AGREE_UNIX_FD\r\n".utf8)) }
        }
        var serial: UInt32 = 0
        while true {
            let call = try Call { try self.read(socket, $0) }
            serial += 1
            if let reply = reply(to: call, serial) { try write(socket, reply) }
        }
    }

    private func reply(to call: Call, _ serial: UInt32) -> [UInt8]? {
        guard call.expectsReply else { return nil }
        if call.member == "Hello" { return Message(serial, to: call, .text(":1.7"), isVariant: false).bytes }
        guard call.member == "Get", let unit = call.unit, let value = units[unit]?[call.property] else {
            return Message(serial, to: call, .text("no \(call.property) of \(call.unit ?? call.path)"), isError: true)
                .bytes
        }
        return Message(serial, to: call, value, isVariant: true).bytes
    }

    private func read(_ socket: Socket, _ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, !isStopped.load(ordering: .relaxed) {
            do { bytes += try socket.read(atMost: count - bytes.count) } catch SocketError.blocked { usleep(1000) }
        }
        guard bytes.count == count else { throw SocketError.disconnected }
        return bytes
    }

    private func write(_ socket: Socket, _ bytes: [UInt8]) throws {
        let data = Data(bytes)
        var sent = 0
        while sent < data.count { sent = try socket.write(data, from: sent) }
    }
}

/// A method call, as far as it matters here.
private struct Call {
    let serial: UInt32
    let expectsReply: Bool
    private(set) var path = ""
    private(set) var member = ""
    /// Second argument of `Get`.
    private(set) var property = ""

    init(_ read: (Int) throws -> [UInt8]) throws {
        let head = try read(16)
        func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
        expectsReply = head[1] == 1 && head[2] & 1 == 0
        serial = number(head[8..<12])
        let fields = try read((Int(number(head[12..<16])) + 7) / 8 * 8)
        let body = try read(Int(number(head[4..<8])))
        var reader = Reader(fields)
        while let code = reader.field() {
            guard let text = reader.variantText() else { break }
            if code == 1 { path = text }
            if code == 3 { member = text }
        }
        guard member == "Get" else { return }
        var arguments = Reader(body)
        _ = arguments.text()
        property = arguments.text() ?? ""
    }

    /// The unit whose object this is: `/org/freedesktop/systemd1/unit/a_2eservice`.
    var unit: String? {
        let prefix = "/org/freedesktop/systemd1/unit/"
        guard path.hasPrefix(prefix) else { return nil }
        var name: [UInt8] = []
        var rest = Array(path.utf8.dropFirst(prefix.utf8.count))[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "_") else {
                name.append(byte)
                continue
            }
            name.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? byte)
            rest = rest.dropFirst(2)
        }
        return String(decoding: name, as: UTF8.self)
    }
}

/// Reads little-endian D-Bus values, each aligned to its own size.
private struct Reader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The code of the next header field; nil at the end.
    mutating func field() -> UInt8? {
        position = (position + 7) / 8 * 8
        guard position < bytes.count, bytes[position] != 0 else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// Of a string, an object path or a signature; nil for other types.
    mutating func variantText() -> String? {
        let type = bytes[position + 1]
        position += 3
        if type == UInt8(ascii: "g") { return take(Int(bytes[position]), after: 1) }
        if type == UInt8(ascii: "s") || type == UInt8(ascii: "o") { return text() }
        guard type == UInt8(ascii: "u") else { return nil }
        position = (position + 3) / 4 * 4 + 4
        return ""
    }

    mutating func text() -> String? {
        position = (position + 3) / 4 * 4
        guard position + 4 <= bytes.count else { return nil }
        let length = bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        return take(length, after: 4)
    }

    private mutating func take(_ length: Int, after head: Int) -> String? {
        let start = position + head
        guard start + length < bytes.count else { return nil }
        position = start + length + 1
        return String(decoding: bytes[start..<start + length], as: UTF8.self)
    }
}

/// A reply or an error.
private struct Message {
    private(set) var bytes: [UInt8]

    init(
        _ serial: UInt32, to call: Call, _ value: FakeServiceManager.Value, isVariant: Bool = false,
        isError: Bool = false
    ) {
        var body: [UInt8] = []
        switch value {
        case .text(let text):
            if isVariant { body += [1, UInt8(ascii: "s"), 0] }
            Self.add(text, to: &body)
        case .number(let number):
            if isVariant { body += [1, UInt8(ascii: "t"), 0] }
            Self.pad(&body, 8)
            body += (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        var fields: [UInt8] = [5, 1, UInt8(ascii: "u"), 0] + Self.word(call.serial)
        func add(_ code: UInt8, _ text: String) {
            Self.pad(&fields, 8)
            fields += [code, 1, UInt8(ascii: "s"), 0]
            Self.add(text, to: &fields)
        }
        if isError { add(4, "org.freedesktop.DBus.Error.UnknownProperty") }
        add(6, ":1.7")
        add(7, "org.freedesktop.systemd1")
        Self.pad(&fields, 8)
        fields += [8, 1, UInt8(ascii: "g"), 0, 1, isVariant ? UInt8(ascii: "v") : UInt8(ascii: "s"), 0]
        bytes = [UInt8(ascii: "l"), isError ? 3 : 2, 1, 1]
        bytes += Self.word(UInt32(body.count)) + Self.word(serial) + Self.word(UInt32(fields.count)) + fields
        Self.pad(&bytes, 8)
        bytes += body
    }

    private static func add(_ text: String, to bytes: inout [UInt8]) {
        pad(&bytes, 4)
        bytes += word(UInt32(text.utf8.count)) + Array(text.utf8) + [0]
    }

    private static func pad(_ bytes: inout [UInt8], _ size: Int) {
        while bytes.count % size != 0 { bytes.append(0) }
    }

    private static func word(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}

private struct ReceiveTimeout: SocketOption {
    var name: Int32 { SO_RCVTIMEO }

    func makeValue(from value: timeval) -> Duration { .seconds(value.tv_sec) + .microseconds(value.tv_usec) }

    func makeSocketValue(from duration: Duration) -> timeval {
        timeval(tv_sec: 0, tv_usec: Int(duration.components.attoseconds / 1_000_000_000_000))
    }
}
