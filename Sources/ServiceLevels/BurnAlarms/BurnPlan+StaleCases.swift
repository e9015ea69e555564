// SPDX-License-Identifier: MIT

/// Tests of an alarm over the share of stale minutes in a window.
extension BurnPlan {
    private var window: Int { condition.windowMinutes }
    private var pending: Int { condition.pendingMinutes }
    /// The window as names of tests have it: `an hour`.
    private var span: String { BurnText.length(window) }

    var staleCases: [AlarmTestText.Case] {
        [firing, silent] + boundaries + [restarted].compactMap { $0 } + [absentWhileFiring, absentWhileFresh]
    }

    private var firing: AlarmTestText.Case {
        let bad = failures + pending - 1
        var values = Self.times(Self.good, window) + Self.times(Self.bad, bad)
        // From the minute it fires to the one in which as many are left as do not fire.
        let firstSpan = window - failures + 1
        var until = 2 * window + pending + 10
        if firstSpan <= condition.repeatMinutes {
            let pause = window + 10
            let more = max(bad, 2 * failures + pending + 7 + condition.repeatMinutes - window)
            values += Self.times(Self.good, pause) + Self.times(Self.bad, more)
            until = values.count + window - failures + 10
        }
        values += Self.times(Self.good, until - values.count + 1)
        let left = failures == 1 ? "none is left" : "\(failures - 1) are left"
        return scene(
            "fires in the \(BurnText.ordinal(failures)) stale minute of \(span)\(afterPending), \(repeating), and clears when \(left)",
            values, until: until)
    }

    private var silent: AlarmTestText.Case {
        // As many as do not fire, and one more in the minute in which the first of them has left the window.
        var values = Self.times(Self.good, window) + Self.times(Self.bad, failures - 1)
        if failures > 1 { values += Self.times(Self.good, window - failures + 1) + [Self.bad] }
        values += Self.times(Self.good, 30)
        return scene(
            "stays silent over \(failures - 1) stale minutes of \(span), and for another job", values,
            others: [series(Self.times(Self.bad, values.count), job: "nightly")], until: values.count)
    }

    /// Windows that have just begun, on both sides of the threshold.
    private var boundaries: [AlarmTestText.Case] {
        let bad = failures - 1
        guard bad > 0 else { return [] }
        let most = arithmetic.mostCounted(with: bad)
        let both = [most + 1, most].map { counted -> AlarmTestText.Case in
            let values =
                Self.times(nil, window - counted) + Self.times(Self.good, counted - bad) + Self.times(Self.bad, bad)
                + Self.times(nil, pending - 1) + Self.times(Self.good, window)
            let verb = counted == most ? "fires" : "stays silent"
            return scene("\(verb) over \(bad) stale minutes of \(counted)", values, until: values.count)
        }
        let isSharp =
            both[0].streams.allSatisfy(\.forecast.isSilent) && !both[1].streams.allSatisfy(\.forecast.isSilent)
        return most < window && isSharp ? both : []
    }

    private var restarted: AlarmTestText.Case? {
        let bad = min(2, failures - 1)
        guard bad > 0 else { return nil }
        let values =
            Self.times(Self.good, window) + Self.times(nil, 8) + Self.times(Self.good, 20) + Self.times(Self.bad, bad)
            + Self.times(Self.good, 30)
        let name = "stays silent while a restart of the checker leaves out minutes"
        let test = scene(name, values, until: values.count)
        return test.streams.allSatisfy(\.forecast.isSilent) ? test : nil
    }

    private var absentWhileFiring: AlarmTestText.Case {
        let values = Self.times(Self.good, 30) + Self.times(Self.bad, failures + pending + 4)
        return scene(
            "absent while firing it ends with RESET ten minutes after its window has emptied", values,
            until: values.count + window + 15)
    }

    private var absentWhileFresh: AlarmTestText.Case {
        scene("absent while fresh it never fires", Self.times(Self.good, 31), until: window + 60)
    }
}
