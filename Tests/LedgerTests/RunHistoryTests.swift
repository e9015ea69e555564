// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import JSON
import Ledger
import TestSupport
import Testing

@Suite struct RunHistoryTests {
    /// Runs half an hour apart, oldest first as given, newest first as history wants them.
    private static func runs(_ outcomes: [RunRecord.Outcome]) -> [RunRecord] {
        outcomes.enumerated().map { index, outcome in
            var record = Samples.small(UInt64(index), at: Samples.start.addingTimeInterval(Double(index) * 1_800))
            record.outcome = outcome
            return record
        }.reversed()
    }

    @Test func `failures count since the last success only`() {
        let history = RunHistory(runs: Self.runs([.failed, .success, .failed, .skipped, .killed, .partial]))
        #expect(history.count(.failed) == 1)
        #expect(history.count(.failed, .killed) == 2)
        #expect(history.count(.partial, .skipped) == 2)
        #expect(history.lastSuccess?.runID == history.runs[4].runID)
        #expect(history.lastFailure?.outcome == .killed)
    }

    @Test func `a failure is told what came before and after it`() {
        var runs = Self.runs([.success, .failed, .failed, .success, .success])
        runs[3].version = "9"
        runs[3].configSHA = ""
        let history = RunHistory(runs: runs)
        #expect(history.recovery(from: runs[3])?.runID == runs[1].runID)
        #expect(history.success(before: runs[3])?.runID == runs[4].runID)
        #expect(history.changes(of: runs[3]).map(\.what) == ["version"])
        #expect(history.changes(of: runs[4]).isEmpty)
        #expect(RunHistory(runs: Self.runs([.failed])).recovery(from: runs[0]) == nil)
    }

    @Test func `a ledger is read back to its last success, however long ago`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            try ledger.append(Self.runs([.success, .success] + Array(repeating: .failed, count: 30)).reversed())
            let history = try RunHistory(ledger, count: 5)
            #expect(history.runs.count == 31)
            #expect(history.lastSuccess != nil)
            #expect(history.count(.failed) == 30)
        }
    }

    @Test func `what exec adds to a record survives the ledger`() throws {
        var record = Samples.small()
        var execution = RunRecord.Execution(program: "/usr/bin/x")
        (execution.signal, execution.isTimedOut, execution.outputBytes) = (9, true, 70_000)
        execution.outputTail = "å\u{0}\n\"end\""
        record.execution = execution
        #expect(try RunRecord(line: record.encoded()) == record)
    }
}
