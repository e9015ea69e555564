// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// A point that waits: `[serial,milliseconds,name,value,dimensions,unit,count]`, where unit and count may be null.
struct SpoolEntry: Sendable {
    /// Ascends through the file and is never used twice.
    let serial: Int
    /// The point's instant, since 1970.
    let milliseconds: Int
    /// As it stands in the file, without LF.
    let line: ArraySlice<UInt8>
    /// A request with it left, and nobody has noted an answer.
    var isSending = false

    /// Whatever a damaged line says: beyond this, serials could not be counted on.
    static let serials = 0..<900_000_000_000_000_000

    var at: Date { Date(spoolMilliseconds: milliseconds) }

    init(_ point: MetricPoint, serial: Int) {
        self.serial = serial
        milliseconds = point.at.spoolMilliseconds
        var out = Array("[\(serial),\(milliseconds),".utf8)
        JSONValue.writeString(point.name, into: &out)
        out += Array(",\(JSONValue.double(point.value).text),{".utf8)
        for (index, (key, value)) in point.dimensions.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            JSONValue.writeString(key, into: &out)
            out.append(UInt8(ascii: ":"))
            JSONValue.writeString(value, into: &out)
        }
        out += Array("},".utf8)
        JSONValue.optional(point.unit).write(into: &out)
        out += Array(",\(point.count.map(String.init) ?? "null")]".utf8)
        line = out[...]
    }

    /// Looks only at the beginning and the end, which is enough to keep house; nil where they are not a point's.
    init?(_ line: ArraySlice<UInt8>) {
        guard line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") else { return nil }
        var rest = line.dropFirst()
        guard let serial = Self.integer(&rest), let milliseconds = Self.integer(&rest),
            Self.serials.contains(serial)
        else { return nil }
        self.serial = serial
        self.milliseconds = milliseconds
        self.line = line
    }

    /// The point; nil where the line does not hold one.
    var point: MetricPoint? {
        // Why it holds none does not matter: the line is kept aside as it is.
        guard let fields = (try? JSONValue.parse(Array(line)))?.array, fields.count == 7, let name = fields[2].string,
            let value = fields[3].double, value.isFinite, let dimensions = fields[4].object
        else { return nil }
        var texts: [String: String] = [:]
        for member in dimensions {
            guard let text = member.value.string else { return nil }
            texts[member.name] = text
        }
        return MetricPoint(
            name: name, dimensions: texts, unit: fields[5].string, value: value, count: fields[6].int, at: at)
    }

    /// Reads digits and the comma behind them.
    private static func integer(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")), comma - rest.startIndex <= 18 else { return nil }
        let number = Int(String(decoding: rest[..<comma], as: UTF8.self))
        rest = rest[(comma + 1)...]
        return number
    }
}
