// SPDX-License-Identifier: MIT

package import FoundationEssentials
package import JSON
import Ledger

/// An answer somebody recorded: `{"capturedAt": ISO 8601, "body": …}` a line. Where it was no JSON, `"body": null` and
/// its text as `"raw"`.
package struct CapturedAnswer: Sendable, Hashable {
    package let capturedAt: Date
    /// The body as it was sent.
    package let body: [UInt8]

    /// Why a line holds no recorded answer.
    package enum Problem: Error, Sendable, Hashable {
        case notJSON(JSONError)
        case noTime
        case noBody
    }

    package init(capturedAt: Date, body: [UInt8]) {
        self.capturedAt = capturedAt
        self.body = body
    }

    /// Reads a line; the body's bytes are taken out untouched.
    package init(line: [UInt8]) throws(Problem) {
        var time: Date?
        var body: Range<Int>?
        var raw: [UInt8]?
        do throws(JSONError) {
            let text = line.span
            var scanner = JSONScanner()
            try scanner.expect(0x7B, text)
            repeat {
                let name = try scanner.string(text).decoded(text)
                try scanner.expect(0x3A, text)
                scanner.skipWhitespace(text)
                switch name {
                case "capturedAt": time = try scanner.string(text).decodedTime(text)
                case "raw" where try scanner.peek(text) == 0x22:
                    var bytes: [UInt8] = []
                    try scanner.string(text).decode(text, into: &bytes)
                    raw = bytes
                default:
                    let start = scanner.position
                    try scanner.skipRoughly(text)
                    if name == "body" { body = start..<scanner.position }
                }
            } while try scanner.continues(until: 0x7D, text)
            try scanner.end(text)
        } catch {
            throw .notJSON(error)
        }
        guard let time else { throw .noTime }
        let isNull = body.map { line[$0].elementsEqual("null".utf8) } ?? true
        guard let bytes = raw ?? (isNull ? nil : body.map { Array(line[$0]) }) else { throw .noBody }
        self.init(capturedAt: time, body: bytes)
    }
}

extension JSONScanner.Text {
    fileprivate func decodedTime(_ text: Span<UInt8>) -> Date? { Timestamp.date(decoded(text)) }
}

extension JSONScanner {
    /// Passes over one value by its brackets and quotes alone: what is in it is for others to judge.
    fileprivate mutating func skipRoughly(_ text: Span<UInt8>) throws(JSONError) {
        switch try peek(text) {
        case 0x7B, 0x5B, 0x22: position = try ElementSkipper.end(text, from: position)
        case 0x2D, 0x30...0x39: _ = try number(text)
        default: _ = try literal(text)
        }
    }
}

extension CapturedAnswer.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let error): error.description
        case .noTime: "it has no \"capturedAt\" with an RFC 3339 time"
        case .noBody: "it has neither a \"body\" nor the \"raw\" text of one"
        }
    }
}
