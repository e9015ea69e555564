// SPDX-License-Identifier: MIT

import Alarms
import Testing

struct SeriesNotationTests {
    @Test(
        arguments: [
            ("5", [5.0]), ("_", [nil]), ("5x3", [5, 5, 5, 5]), ("0+2x3", [0, 2, 4, 6]), ("9-1x2", [9, 8, 7]),
            ("_x4", [nil, nil, nil, nil]), ("1 _ 5x1", [1, nil, 5, 5]), ("", []), ("-1.5-0.5x1", [-1.5, -2]),
            ("1e3", [1000]), ("1e-1+1x1", [0.1, 1.1]), (".5", [0.5]), ("0+60x2 0", [0, 60, 120, 0]), ("7x0", [7]),
        ] as [(String, [Double?])])
    func `items stand for datapoints`(text: String, values: [Double?]) throws {
        #expect(try SeriesNotation(text).items.map(\.value) == values)
    }

    @Test func `counts and delays go with repeats`() throws {
        let items = try SeriesNotation("5#10 1~4mx2 3#2~1h30mx1").items
        #expect(items.map(\.count) == [10, 1, 1, 1, 2, 2])
        #expect(items.map(\.delay) == [0, 240_000, 240_000, 240_000, 5_400_000, 5_400_000])
    }

    @Test(arguments: [
        "x", "5x", "5x-1", "_5", "_x", "0+2", "5#0", "5#", "5~", "5~4", "5x1x2", "nan", "inf", "1,5", "5y", "1e999",
        "1x99999999", "_x99999999",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: SeriesNotation.Problem.self) { try SeriesNotation(text) }
    }

    @Test(
        arguments: [
            ([1.0, 1, 1], "1x2"), ([.nan, .nan], "_x2"), ([.nan, 0.5, 2], "_ 0.5 2"), ([], ""), ([3], "3"),
        ] as [([Double], String)])
    func `values are written as short as can be, and can be read again`(values: [Double], text: String) throws {
        #expect(SeriesNotation.text(values) == text)
        let again = try SeriesNotation(text).items.map { $0.value ?? .nan }
        #expect(again.count == values.count && zip(again, values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }

    @Test func `a long text is cut`() {
        #expect(SeriesNotation.text((0..<50).map(Double.init), limit: 9) == "0 1 2 3 …")
    }

    @Test(
        arguments: [
            ("0", 0), ("90m", 5_400_000), ("1h30m", 5_400_000), ("20s", 20_000), ("2d", 172_800_000),
            ("", nil), ("5", nil), ("m", nil), ("1x", nil), ("-1m", nil), ("1 m", nil), ("99999999999999999999h", nil),
        ] as [(String, Int64?)])
    func `lengths are numbers with units`(text: String, length: Int64?) {
        #expect(TestTime.length(text) == length)
    }

    @Test(
        arguments: [(0, "0"), (5_400_000, "1h30m"), (86_461_000, "1d1m1s"), (-60_000, "-1m"), (999, "0")]
            as [(Int64, String)])
    func `lengths are written shortly`(length: Int64, text: String) {
        #expect(TestTime.text(length: length) == text)
    }
}
