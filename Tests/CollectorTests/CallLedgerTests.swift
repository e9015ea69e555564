// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger
import TestSupport
import Testing

@testable import Collector

@Suite struct CallLedgerTests {
    private let start = Date(timeIntervalSince1970: Double(noon))

    private func at(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    @Test func `calls come at least ten seconds apart, at most 60 an hour and 1,440 a day`() {
        let times = (0..<60).map { Double(noon) + Double($0) * 10 }
        let limits = RateLimits.polisen
        #expect(CallLedger.verdict(calls: [], limits: limits, now: start) == .granted)
        #expect(CallLedger.verdict(calls: [Double(noon)], limits: limits, now: at(9.5)) == .wait(.milliseconds(500)))
        #expect(CallLedger.verdict(calls: [Double(noon)], limits: limits, now: at(10)) == .granted)
        #expect(CallLedger.verdict(calls: Array(times.dropLast()), limits: limits, now: at(600)) == .granted)
        #expect(
            CallLedger.verdict(calls: times, limits: limits, now: at(3_599))
                == .exhausted(window: .hour, until: at(3_600)))
        #expect(CallLedger.verdict(calls: times, limits: limits, now: at(3_600)) == .granted)
        let day = (0..<1_440).map { Double(noon) + Double($0) * 59 }
        #expect(
            CallLedger.verdict(calls: day, limits: limits, now: at(86_399))
                == .exhausted(window: .day, until: at(86_400)))
        #expect(CallLedger.verdict(calls: day, limits: .off, now: at(86_399)) == .granted)
    }

    @Test func `a wish to be left alone holds for all who share the state, for a day at most`() throws {
        try withTemporaryDirectory { path throws in
            let ledger = CallLedger(path: path + "/calls", limits: .off)
            try ledger.holdOff(until: at(3_600))
            let other = CallLedger(path: path + "/calls", limits: .polisen)
            #expect(try other.reserve(now: start) == .heldOff(until: at(3_600)))
            #expect(try other.reserve(now: at(3_599.75)) == .wait(.milliseconds(250)))
            #expect(try other.used(.day, now: at(3_599)) == 0)
            #expect(try other.reserve(now: at(-86_400)) == .granted)
            #expect(try ledger.reserve(now: at(3_600)) == .granted)
            try FileSystem.replace(path + "/calls.not-before", Array("soon".utf8))
            #expect(try ledger.reserve(now: start) == .granted)
        }
    }

    /// Programs that start and ask at any time, with a clock that jumps.
    @Test(arguments: 0..<4)
    func `no hour holds more than 60 calls and none comes within ten seconds, whatever the clock does`(seed: Int) throws
    {
        try withTemporaryDirectory { path throws in
            var random = SeededGenerator(seed: UInt64(seed))
            let ledger = CallLedger(path: path + "/calls", limits: .polisen)
            var real = 0.0
            var offset = 0.0
            var granted: [Double] = []
            for _ in 0..<1_500 {
                real += Double.random(in: 0...40, using: &random)
                if seed % 2 == 1, Int.random(in: 0..<200, using: &random) == 0 {
                    // Only back: a clock that leaps forward cannot be told from time that went by.
                    offset -= Double.random(in: 0...5_000, using: &random)
                }
                if try ledger.reserve(now: at(real + offset)) == .granted { granted.append(real) }
            }
            for (index, time) in granted.enumerated() {
                if index > 0 { #expect(time - granted[index - 1] >= 10) }
                if index >= 60 { #expect(time - granted[index - 60] >= 3_600) }
            }
            #expect(granted.count > 300)
        }
    }

    @Test(arguments: ["1767355", "x\n", "\n\n", "nan\n", "inf\n", "99999999999.0\n", "4294967296000\n1e400\n"])
    func `a line torn or from the future counts as a call just made, and passes`(text: String) throws {
        try withTemporaryDirectory { path throws in
            let ledger = CallLedger(path: path + "/calls", limits: .polisen)
            try FileSystem.replace(path + "/calls", bytes(text))
            let isOld = text == "1767355" || text == "\n\n"
            #expect(try ledger.used(.hour, now: start) == (isOld ? 0 : text.split(separator: "\n").count))
            if !isOld { #expect(try ledger.reserve(now: start) == .wait(.seconds(10))) }
            // Not for ever.
            #expect(try ledger.reserve(now: at(10.1)) == .granted)
            #expect(try ledger.reserve(now: at(10.2)) != .granted)
        }
    }

    @Test func `calls are counted over processes and forgotten after a day`() throws {
        try withTemporaryDirectory { path throws in
            for minute in 0..<3 {
                let ledger = CallLedger(path: path + "/state/calls", limits: .polisen)
                #expect(try ledger.reserve(now: at(Double(minute) * 3_000)) == .granted)
            }
            let ledger = CallLedger(path: path + "/state/calls", limits: .polisen)
            #expect(try ledger.used(.hour, now: at(6_001)) == 2)
            #expect(try ledger.used(.day, now: at(6_001)) == 3)
            #expect(try ledger.used(.day, now: at(90_000)) == 1)
            #expect(try ledger.reserve(now: at(200_000)) == .granted)
            #expect(try FileSystem.read(path + "/state/calls")?.count(where: { $0 == 0x0A }) == 1)
        }
    }

    @Test func `where no call can be written down, none is made`() async throws {
        try await withHarness { harness async throws in
            try FileSystem.makeDirectories(harness.state.root)
            try FileManager.default.createSymbolicLink(
                atPath: harness.state.calls + ".lock", withDestinationPath: "/proc/none/lock")
            let feed = ScriptedTransport(replies: [])
            let record = await harness.run(feed)
            #expect(record.outcome == .failed && feed.calls.isEmpty && record.error?.exitCode == 73)
        }
    }

    @Test func `validators are kept for their feed and archive`() throws {
        try withTemporaryDirectory { path throws in
            let file = path + "/validators"
            let both = FeedValidators(etag: "W/\"1\"", lastModified: "Fri, 02 Jan 2026 12:00:00 GMT")
            try both.save(file, feed: "f", place: "p")
            #expect(FeedValidators.load(file, feed: "f", place: "p") == both)
            #expect(FeedValidators.load(file, feed: "g", place: "p") == nil)
            #expect(FeedValidators.load(file, feed: "f", place: "q") == nil)
            try FileSystem.replace(file, bytes(#"{"schema":1,"feed":"f","archive":"p","etag""#))
            #expect(FeedValidators.load(file, feed: "f", place: "p") == nil)
            try FeedValidators(etag: nil, lastModified: nil).save(file, feed: "f", place: "p")
            #expect(!FileSystem.exists(file))
        }
    }
}
