// SPDX-License-Identifier: MIT

import Alarms
import MQL
import Testing

struct StreamMachineTests {
    /// Plays truths (1, 0, `_` for missing), one a minute; `F` fires, `C` clears, `R` resets, `.` nothing.
    private func play(_ truths: String, pending: Int = 1, missing: Knobs.MissingWhileFiring = .hold) -> String {
        var machine = StreamMachine()
        var run = 0
        return truths.enumerated().reduce(into: "") { story, step in
            let truth: Truth = step.element == "1" ? .yes : step.element == "0" ? .no : .missing
            run = truth == .yes ? run + 1 : 0
            switch machine.step(truth, isSustained: run >= pending, at: minute(step.offset), missing: missing) {
            case .none: story += "."
            case .fired: story += "F"
            case .cleared: story += "C"
            case .reset: story += "R"
            }
        }
    }

    @Test(arguments: [
        ("0001111000", 3, ".....F.C.."), ("010", 1, ".FC"), ("110110", 3, "......"), ("11_111", 3, ".....F"),
        ("1__________", 1, "F.........."), ("1___________", 1, "F..........R"),
        ("1_________1__________", 1, "F...................."),
        ("1_________1___________", 1, "F....................R"), ("1_____0", 1, "F.....C"),
        ("1___________1", 1, "F..........RF"), ("_0_", 1, "..."),
    ])
    func `a stream fires, holds, clears and resets`(truths: String, pending: Int, story: String) {
        #expect(play(truths, pending: pending) == story)
    }

    @Test func `by the other reading of the documents the first missing label clears`() {
        #expect(play("11_1", missing: .clear) == "F.CF")
    }

    @Test func `evaluations that were left out count for the reset by their time`() {
        var machine = StreamMachine()
        _ = machine.step(.yes, isSustained: true, at: minute(0))
        #expect(machine.step(.missing, isSustained: false, at: minute(1)) == .none)
        #expect(machine.step(.missing, isSustained: false, at: minute(11)) == .reset)
        #expect(machine.state == .ok)
    }

    @Test func `a value is true unless it is zero or none`() {
        #expect([Double.nan, 0, -0.0, 1, -3, .infinity].map { Truth($0) } == [.missing, .no, .no, .yes, .yes, .yes])
    }
}
