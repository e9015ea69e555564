// SPDX-License-Identifier: MIT

import Alarms

/// Numbers and instants of long metric files, read without making text of them first.
enum FastNumbers {
    /// Powers of ten that a Double holds exactly.
    private static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// The value of a JSON number token.
    ///
    /// Up to 15 digits with at most 22 of them behind the point are exact by one division (Clinger, 1990); others go the
    /// long way.
    static func value(_ token: Range<Int>, of text: Span<UInt8>) -> Double {
        var mantissa: Int64 = 0
        var digits = 0
        var fraction = 0
        var isFraction = false
        for index in token {
            let byte = text[index]
            switch byte {
            case 0x30...0x39:
                digits += 1
                if isFraction { fraction += 1 }
                if digits > 15 { return slowValue(token, of: text) }
                mantissa = mantissa * 10 + Int64(byte - 0x30)
            case 0x2E: isFraction = true
            case 0x2D where index == token.lowerBound: continue
            default: return slowValue(token, of: text)
            }
        }
        let size = Double(mantissa) / powers[fraction]
        return text[token.lowerBound] == 0x2D ? -size : size
    }

    private static func slowValue(_ token: Range<Int>, of text: Span<UInt8>) -> Double {
        Double(string(token, of: text)) ?? .nan
    }

    /// The instant of a string token, milliseconds since 1970; nil: it is no RFC 3339 time.
    ///
    /// `2026-01-05T02:00:00Z`, with or without digits of a second's fraction, is read at once; others go the long way.
    static func instant(_ token: Range<Int>, of text: Span<UInt8>) -> Int64? {
        guard token.count >= 20, text[token.upperBound - 1] == 0x5A, text[token.lowerBound + 10] == 0x54,
            let month = number(token.lowerBound + 5, 2, text), let day = number(token.lowerBound + 8, 2, text),
            let hour = number(token.lowerBound + 11, 2, text), let minute = number(token.lowerBound + 14, 2, text),
            let second = number(token.lowerBound + 17, 2, text), let year = number(token.lowerBound, 4, text),
            text[token.lowerBound + 13] == 0x3A, text[token.lowerBound + 16] == 0x3A,
            text[token.lowerBound + 4] == 0x2D, text[token.lowerBound + 7] == 0x2D,
            (1970...9999).contains(year), (1...12).contains(month), (1...28).contains(day), hour < 24, minute < 60,
            second < 60
        else { return UTCTime.milliseconds(string(token, of: text)) }
        var milliseconds: Int64 = 0
        if token.count > 20 {
            guard token.count == 24, text[token.lowerBound + 19] == 0x2E,
                let fraction = number(token.lowerBound + 20, 3, text)
            else { return UTCTime.milliseconds(string(token, of: text)) }
            milliseconds = fraction
        }
        let seconds = (days(year, month, day) * 24 + hour) * 3_600 + minute * 60 + second
        return seconds * 1_000 + milliseconds
    }

    /// Days since 1970. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let yearOfEra = shifted % 400
        return shifted / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func number(_ start: Int, _ width: Int, _ text: Span<UInt8>) -> Int64? {
        var value: Int64 = 0
        for index in start..<start + width {
            let byte = text[index]
            guard 0x30...0x39 ~= byte else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// The bytes of a token as they stand.
    static func string(_ token: Range<Int>, of text: Span<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(token.count)
        for index in token { bytes.append(text[index]) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
