// SPDX-License-Identifier: MIT

import Ledger
import ServiceLevels
import Testing

@Suite struct DamagedLineTests {
    private func texts(of file: String) -> [String] {
        var builder = ChronicleBuilder(detailFrom: .max)
        builder.add(.damaged(DamagedLine(file: file, line: 7, problem: .invalid(member: "type"))))
        return builder.chronicle(asOf: 1_000).reading.damaged
    }

    @Test func `a damaged line is named by its file, not by where the ledger lies`() throws {
        let text = try #require(texts(of: "/home/anna/state/ledger/runs-2026-12.jsonl").first)
        #expect(text.hasPrefix("line 7 of ledger/runs-2026-12.jsonl cannot be read: "))
        #expect(texts(of: "/srv/copy/ledger/runs-2026-12.jsonl") == [text])
    }
}
