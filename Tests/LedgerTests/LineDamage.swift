// SPDX-License-Identifier: MIT

import JSON
import TestSupport

/// What a line may suffer: each makes another line of it, good or bad.
enum LineDamage: CaseIterable, Sendable {
    case none, bitFlip, otherByte, cut, cutOut, doubled, whitespace, reordered, repeated, renamed, otherValue

    func applied(to line: [UInt8], _ lot: inout SeededGenerator) -> [UInt8] {
        var line = line
        let (low, high) = (place(line, &lot), place(line, &lot))
        let range = min(low, high)..<min(max(low, high), min(low, high) + 40)
        switch self {
        case .none: break
        case .bitFlip: line[low] ^= 1 << UInt8(lot.next() % 8)
        case .otherByte: line[low] = LineMaker.pick(Array("\"\\{}[]:,0e-. tn".utf8) + [0, 0x7F, 0x80, 0xFF], &lot)
        case .cut: line.removeSubrange(low...)
        case .cutOut: line.removeSubrange(range)
        case .doubled: line.insert(contentsOf: line[range], at: low)
        case .whitespace: line.insert(LineMaker.pick([0x20, 0x09, 0x0D], &lot), at: low)
        case .reordered, .repeated, .renamed, .otherValue: return changed(line, &lot)
        }
        return line.isEmpty ? [0x7B] : line
    }

    /// Changes a member, of the record itself or of an object in it.
    private func changed(_ line: [UInt8], _ lot: inout SeededGenerator) -> [UInt8] {
        guard let tree = try? JSONValue.parse(line) else { return line }
        return changed(tree, &lot).encoded()
    }

    private func changed(_ value: JSONValue, _ lot: inout SeededGenerator) -> JSONValue {
        guard case .object(var members) = value, !members.isEmpty else { return value }
        let index = place(members, &lot)
        let member = members[index]
        if member.value.object != nil, lot.next() % 2 == 0 {
            members[index] = JSONMember(member.name, changed(member.value, &lot))
            return .object(members)
        }
        switch self {
        case .reordered: members.shuffle(using: &lot)
        case .repeated: members.insert(members[place(members, &lot)], at: index)
        case .renamed: members[index] = JSONMember(member.name + "x", member.value)
        default:
            let values: [JSONValue] = [nullValue, true, 7, -3, "text", [], [:], .number("1.5e3"), ["stage": "store"]]
            members[index] = JSONMember(member.name, LineMaker.pick(values, &lot))
        }
        return .object(members)
    }

    private var nullValue: JSONValue { .null }

    private func place<T>(_ list: [T], _ lot: inout SeededGenerator) -> Int {
        Int.random(in: 0..<list.count, using: &lot)
    }
}
