// SPDX-License-Identifier: MIT

import FoundationEssentials
import TestSupport
import Testing
import Transport

@Suite struct HTTPDateTests {
    @Test func `the dates of the signing vectors are written as OCI's SDK writes them`() throws {
        struct Vectors: Decodable {
            struct Vector: Decodable {
                let epochSeconds: Int
                let headers: [String: String]
            }
            let vectors: [Vector]
        }
        let path = packageRoot + "/Tests/OCITests/Fixtures/signing.json"
        let data = try #require(FileManager.default.contents(atPath: path))
        let pairs = try JSONDecoder().decode(Vectors.self, from: data).vectors.compactMap { vector in
            (vector.headers["date"] ?? vector.headers["x-date"]).map { (vector.epochSeconds, $0) }
        }
        #expect(pairs.count > 50)
        for (seconds, text) in pairs {
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(HTTPDate.format(date) == text)
            #expect(HTTPDate.parse(text) == date)
        }
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-2_203_891_200, "Thu, 01 Mar 1900 00:00:00 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `an instant is written and read back`(seconds: Int, text: String) {
        let date = Date(timeIntervalSince1970: Double(seconds))
        #expect(HTTPDate.format(date) == text)
        #expect(HTTPDate.parse(text) == date)
    }

    @Test func `every day of four centuries is read back as it was written`() {
        var day = -2_208_988_800.0  // 1900-01-01
        while day < 10_413_792_000 {  // 2300-01-01
            let date = Date(timeIntervalSince1970: day)
            guard HTTPDate.parse(HTTPDate.format(date)) == date else {
                Issue.record("\(HTTPDate.format(date))")
                return
            }
            day += 86_400
        }
    }

    @Test func `fractions of a second are cut off`() {
        #expect(HTTPDate.format(Date(timeIntervalSince1970: 0.999)) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.format(Date(timeIntervalSince1970: -0.001)) == "Wed, 31 Dec 1969 23:59:59 GMT")
    }

    @Test(arguments: [
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Mon, 06 Nov 1994 08:49:37 GMT",
    ])
    func `older and careless forms are read`(text: String) {
        #expect(HTTPDate.parse(text)?.timeIntervalSince1970 == 784_111_777)
    }

    @Test(arguments: [("68", 2068), ("69", 1969)])
    func `two-digit years turn over at 69`(digits: String, year: Int) {
        let short = HTTPDate.parse("Sunday, 06-Nov-\(digits) 08:49:37 GMT")
        #expect(short != nil)
        #expect(short == HTTPDate.parse("Sun, 06 Nov \(year) 08:49:37 GMT"))
    }

    @Test(arguments: [
        "", "now", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 +8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun Nov 6 08:49:37 94",
        "Sunday, 06-Nov 08:49:37 GMT", "Sun, ٠٦ Nov 1994 08:49:37 GMT", "Tue, 29 Feb 2100 00:00:00 GMT",
    ])
    func `what is no date is refused`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}
