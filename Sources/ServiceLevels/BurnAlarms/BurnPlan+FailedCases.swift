// SPDX-License-Identifier: MIT

/// Tests of an alarm that counts failed runs.
extension BurnPlan {
    private var span: String { BurnText.length(condition.windowMinutes) }

    var failedCases: [AlarmTestText.Case] { [firing, silent, begun, absentWhileFiring, absentWhileGood] }

    /// `2 failures`, `1 failure`
    private func failures(_ count: Int) -> String { "\(count) failure\(count == 1 ? "" : "s")" }

    private var firing: AlarmTestText.Case {
        let runs = condition.windowMinutes / runMinutes
        // Firing lasts until the first that counts has left the window; more failures make it last until it repeats.
        let lasting = condition.windowMinutes - (failures - 1) * runMinutes
        let more = max(0, (condition.repeatMinutes + condition.pendingMinutes + 40 - lasting) / runMinutes + 1)
        let bad = failures + more
        let values = Self.times(Self.good, runs) + Self.times(Self.bad, bad) + Self.times(Self.good, runs + 1)
        return scene(
            "fires at the \(BurnText.ordinal(failures)) failure in \(span)\(afterPending), \(repeating), and clears when \(failures - 1) \(failures == 2 ? "is" : "are") left",
            values, until: values.count * runMinutes)
    }

    private var silent: AlarmTestText.Case {
        let runs = condition.windowMinutes / runMinutes
        let values =
            Self.times(Self.good, runs) + Self.times(Self.bad, failures - 1)
            + Self.times(Self.good, runs - failures + 1)
            + Self.times(Self.bad, 1) + Self.times(Self.good, runs)
        return scene(
            "stays silent over \(failures(failures - 1)) in \(span), and for another job",
            why: "The last failure comes as the first of them has just left the window.", values,
            others: [series(Self.times(Self.bad, values.count), job: "nightly")], until: values.count * runMinutes)
    }

    private var begun: AlarmTestText.Case {
        let values = Self.times(Self.bad, failures - 1) + Self.times(Self.good, 2)
        return scene(
            "stays silent over \(failures(failures - 1)) of \(failures + 1) runs",
            why: "A share of so few would fire; what is counted does not.", values, until: values.count * runMinutes)
    }

    private var absentWhileFiring: AlarmTestText.Case {
        let values = Self.times(Self.good, 2) + Self.times(Self.bad, failures)
        return scene(
            "absent while firing it clears as if all were well, when too few failures are left",
            why: "A sum runs dry by itself. no-successful-run has told meanwhile, and lasts.", values,
            until: values.count * runMinutes + condition.windowMinutes + 15)
    }

    private var absentWhileGood: AlarmTestText.Case {
        scene("absent while good it never fires", Self.times(Self.good, 2), until: condition.windowMinutes + 60)
    }
}
