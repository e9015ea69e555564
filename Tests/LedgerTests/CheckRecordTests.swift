// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import TestSupport
import Testing

@testable import Ledger

@Suite struct CheckRecordTests {
    private var sample: CheckRecord {
        let at = Date(timeIntervalSince1970: 1_795_420_800)
        var record = CheckRecord(
            checkedAt: at, job: "polisen", environment: "test", vantage: "here", state: "failing",
            since: at.addingTimeInterval(-60), isStale: true, isAlarming: true, cause: "because", host: "h",
            version: "1")
        record.ageSeconds = 3700
        record.lastSuccessAt = at.addingTimeInterval(-3700)
        record.sources = [.init(name: "ledger", problem: nil), .init(name: "archive", problem: "404")]
        record.noticesWaiting = 2
        return record
    }

    @Test func `a check written and read is the same`() throws {
        #expect(try CheckRecord(line: sample.json.encoded()) == sample)
    }

    @Test func `checks lie among runs and are no runs`() throws {
        try withTemporaryDirectory { directory in
            let ledger = RunLedger(statePath: directory)
            try ledger.append(sample)
            #expect(try ledger.checks() == [sample])
            #expect(try ledger.last(5) == LedgerReading())
        }
    }

    @Test func `a line of another type or a newer schema is refused`() {
        #expect(throws: RecordError.invalid(member: "type")) { try CheckRecord(line: Array(#"{"type":"run"}"#.utf8)) }
        #expect(throws: RecordError.newerSchema(9)) {
            try CheckRecord(line: Array(#"{"type":"check","schema":9}"#.utf8))
        }
    }
}
