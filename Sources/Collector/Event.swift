// SPDX-License-Identifier: MIT

package import JSON
import OCI

/// What the source calls an event: an integer of any size and sign, kept as written.
package struct EventID: Sendable, Hashable {
    package let token: String

    package init(token: String) { self.token = token }
}

/// What an event says, as 128 bits of SHA-256 over its decoded values (`JSONCanonical`).
///
/// Other spacing, escaping or order of names is the same content; another digit, blank or white space is not.
package struct ContentHash: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    package init(canonical: [UInt8]) {
        let digest = Digest.sha256(canonical)
        high = digest[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads 32 hexadecimal digits in lower case.
    package init?(hex: some StringProtocol) { self.init(hexDigits: hex.utf8) }

    /// Reads the bytes of 32 hexadecimal digits in lower case.
    init?(hexDigits digits: some Collection<UInt8>) {
        guard digits.count == 32 else { return nil }
        var parts: [2 of UInt64] = [0, 0]
        for (index, digit) in digits.enumerated() {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            default: return nil
            }
            parts[index >> 4] = parts[index >> 4] << 4 | UInt64(value)
        }
        (high, low) = (parts[0], parts[1])
    }

    /// 32 hexadecimal digits in lower case.
    package var hex: String {
        var digits: [UInt8] = []
        appendHex(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Appends `hex`'s bytes.
    func appendHex(to bytes: inout [UInt8]) {
        for part in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let value = UInt8(truncatingIfNeeded: part >> shift) & 0xF
                bytes.append(value < 10 ? 0x30 + value : 0x61 - 10 + value)
            }
        }
    }
}

/// One valid element of an answer.
package struct Event: Sendable, Hashable {
    package let id: EventID
    package let time: EventTime
    /// `type` as sent (it may end in a blank); empty where there is none.
    package let type: String
    package let content: ContentHash
    /// Its place in the body it was read from.
    package let range: Range<Int>
    /// The same bytes stood in the answer read before this one.
    package let isRepeated: Bool
}

/// Why an element of an answer cannot be filed as an event.
package enum RejectProblem: String, Sendable, Hashable, CaseIterable {
    case notAnObject = "not_an_object"
    case invalidUTF8 = "invalid_utf8"
    case tooDeep = "too_deep"
    case duplicateName = "duplicate_name"
    case missingID = "missing_id"
    case invalidID = "invalid_id"
    case duplicateID = "duplicate_id"
    case missingDatetime = "missing_datetime"
    case invalidDatetime = "invalid_datetime"
    case tooLarge = "too_large"

    /// Every `reason`.
    package static let reasons = ["schema", "datetime", "id", "size"]

    /// The metric's dimension value: a closed set of four.
    package var reason: String {
        switch self {
        case .notAnObject, .invalidUTF8, .tooDeep, .duplicateName: "schema"
        case .missingID, .invalidID, .duplicateID: "id"
        case .missingDatetime, .invalidDatetime: "datetime"
        case .tooLarge: "size"
        }
    }
}

/// An element that is kept under `rejects/` instead.
package struct RejectedElement: Sendable, Hashable {
    package let problem: RejectProblem
    /// Its place in the body it was read from.
    package let range: Range<Int>
}

/// Reads one element at a time.
package enum EventReader {
    /// An element with more open brackets is rejected.
    package static let maxDepth = 64
    /// A longer element is rejected: the longest real one is under 3 KB.
    package static let limitBytes = 1 << 20

    package enum Element: Sendable, Hashable {
        case event(Event)
        case rejected(RejectedElement)
    }

    /// Reads the element at `start`.
    ///
    /// - Throws: where the text is no JSON at all from there, or ends within the element.
    package static func read(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> (element: Element, end: Int) {
        var canonical: [UInt8] = []
        // Enough for nearly every real element, so that it does not grow step by step.
        canonical.reserveCapacity(1 << 10)
        var members: [JSONCanonical.Member] = []
        members.reserveCapacity(8)
        let end: Int
        do throws(JSONError) {
            end = try JSONCanonical.append(text, from: start, maxDepth: maxDepth, to: &canonical, members: &members)
        } catch {
            let end = try ElementSkipper.end(text, from: start)
            return (.rejected(.init(problem: try problem(of: error), range: start..<end)), end)
        }
        return (judge(text, range: start..<end, members: members, canonical: canonical), end)
    }

    private static func problem(of error: JSONError) throws(JSONError) -> RejectProblem {
        switch error {
        case .invalidUTF8: .invalidUTF8
        case .tooDeep: .tooDeep
        case .duplicateName: .duplicateName
        case .truncated, .unexpectedByte: throw error
        }
    }

    private static func judge(
        _ text: Span<UInt8>, range: Range<Int>, members: [JSONCanonical.Member], canonical: [UInt8]
    ) -> Element {
        func rejected(_ problem: RejectProblem) -> Element { .rejected(.init(problem: problem, range: range)) }
        guard text[range.lowerBound] == 0x7B else { return rejected(.notAnObject) }
        guard range.count <= limitBytes else { return rejected(.tooLarge) }
        guard let idValue = member("id", of: members, text) else { return rejected(.missingID) }
        guard case .number(let idRange) = idValue, isInteger(text, idRange) else { return rejected(.invalidID) }
        guard let timeValue = member("datetime", of: members, text) else { return rejected(.missingDatetime) }
        guard case .string(let timeText) = timeValue else { return rejected(.invalidDatetime) }
        guard let time = EventTime(timeText.decoded(text).utf8) else { return rejected(.invalidDatetime) }
        var type = ""
        if case .string(let typeText)? = member("type", of: members, text) { type = typeText.decoded(text) }
        let id = EventID(token: String(decoding: idRange.map { text[$0] }, as: UTF8.self))
        return .event(
            Event(
                id: id, time: time, type: type, content: ContentHash(canonical: canonical), range: range,
                isRepeated: false))
    }

    private static func member(
        _ name: StaticString, of members: [JSONCanonical.Member], _ text: Span<UInt8>
    ) -> JSONCanonical.Member.Value? {
        for member in members where member.isNamed(name, text) { return member.value }
        return nil
    }

    private static func isInteger(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.allSatisfy { text[$0] == 0x2D || (0x30...0x39).contains(text[$0]) }
    }
}
