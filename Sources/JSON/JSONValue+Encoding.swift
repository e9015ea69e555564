// SPDX-License-Identifier: MIT

extension JSONValue {
    /// Compact UTF-8 in the order of the tree; only what must be escaped is.
    package func encoded() -> [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    /// The same as one line of text.
    package var text: String { String(decoding: encoded(), as: UTF8.self) }

    /// Two blanks of indentation a level, for people; ends without a line feed.
    package var indented: String {
        var out: [UInt8] = []
        writeIndented(into: &out, level: 0)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the compact form.
    package func write(into out: inout [UInt8]) {
        switch self {
        case .array(let elements):
            out.append(0x5B)
            for (index, element) in elements.enumerated() {
                if index > 0 { out.append(0x2C) }
                element.write(into: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(0x2C) }
                Self.writeString(member.name, into: &out)
                out.append(0x3A)
                member.value.write(into: &out)
            }
            out.append(0x7D)
        default: writeScalar(into: &out)
        }
    }

    /// Appends `text` as a JSON string, quotes included.
    package static func writeString(_ text: String, into out: inout [UInt8]) {
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x0A: out += [0x5C, 0x6E]
            case 0x0D: out += [0x5C, 0x72]
            case 0x09: out += [0x5C, 0x74]
            case 0..<0x20: out += [0x5C, 0x75, 0x30, 0x30, hexText(byte >> 4), hexText(byte & 15)]
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }

    private static func hexText(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x61 + digit - 10 }

    private func writeScalar(into out: inout [UInt8]) {
        switch self {
        case .null: out += Array("null".utf8)
        case .bool(let value): out += Array((value ? "true" : "false").utf8)
        case .number(let token): out += Array(token.utf8)
        case .string(let text): Self.writeString(text, into: &out)
        case .array, .object: write(into: &out)
        }
    }

    private func writeIndented(into out: inout [UInt8], level: Int) {
        switch self {
        case .array(let elements) where !elements.isEmpty:
            out.append(0x5B)
            for (index, element) in elements.enumerated() {
                Self.breakLine(index > 0, level + 1, into: &out)
                element.writeIndented(into: &out, level: level + 1)
            }
            Self.breakLine(false, level, into: &out)
            out.append(0x5D)
        case .object(let members) where !members.isEmpty:
            out.append(0x7B)
            for (index, member) in members.enumerated() {
                Self.breakLine(index > 0, level + 1, into: &out)
                Self.writeString(member.name, into: &out)
                out += [0x3A, 0x20]
                member.value.writeIndented(into: &out, level: level + 1)
            }
            Self.breakLine(false, level, into: &out)
            out.append(0x7D)
        default: write(into: &out)
        }
    }

    private static func breakLine(_ comma: Bool, _ level: Int, into out: inout [UInt8]) {
        if comma { out.append(0x2C) }
        out.append(0x0A)
        out += [UInt8](repeating: 0x20, count: 2 * level)
    }
}
