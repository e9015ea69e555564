// SPDX-License-Identifier: MIT

extension Chronicle {
    /// The objective's own window up to a minute; of a calendar window what is over of it.
    ///
    /// At a Monday's midnight the window of a calendar week is the week that has just ended; months alike.
    package func windowSpan(of slo: SLO, at minute: Int) -> MinuteSpan {
        let start =
            switch slo.window {
            case .rolling(let days): minute - days * 1_440
            case .calendarWeek: ISOWeek(containing: minute - 1).span.start
            case .calendarMonth: CalendarMonth(containing: minute - 1).span.start
            }
        return MinuteSpan(start: start, end: minute)
    }

    /// What is left of an objective's budget at a minute.
    package func budget(of slo: SLO, at minute: Int) -> ErrorBudget {
        let figures = figures(of: slo, over: windowSpan(of: slo, at: minute))
        return ErrorBudget(targetMillionths: slo.targetMillionths, attainment: figures.counted)
    }

    /// How fast the budget was spent over the minutes before `minute`, maintenance left out.
    ///
    /// A target of 100 % allows nothing; its rate is that of a target of 99.9999 %.
    package func burnRate(of slo: SLO, windowMinutes: Int, at minute: Int) -> BurnRate {
        let span = MinuteSpan(start: minute - windowMinutes, end: minute)
        let found = figures(of: slo, over: span).counted
        let allowed = max(1, 1_000_000 - slo.targetMillionths)
        return BurnRate(windowMinutes: windowMinutes, rate: found.errorRatio.map { $0 * 1_000_000 / Double(allowed) })
    }

    /// When the budget is used up if the last three days go on.
    ///
    /// Day after day is reckoned: what was good and bad in the days that leave a rolling window goes out of the sum, and
    /// what the last three days had on average comes in. A calendar window loses nothing and begins anew at its end,
    /// before which the budget must last. The instant within a day follows from a straight line. A ledger that is
    /// younger than three days counts for as long as it is there.
    package func projection(of slo: SLO, at minute: Int) -> Projection {
        let window = windowSpan(of: slo, at: minute)
        let now = figures(of: slo, over: window).counted
        guard now.valid > 0 else { return .unknown }
        if ErrorBudget(targetMillionths: slo.targetMillionths, attainment: now).isUsedUp { return .spent }
        let recent = MinuteSpan(
            start: max(minute - Self.recentMinutes, min(firstMinute ?? minute, minute)), end: minute)
        let rate = figures(of: slo, over: recent).counted
        // Days without an incident are good ones; days without runs tell nothing.
        guard !recent.isEmpty, rate.valid > 0 || slo.unit == .incidents else { return .unknown }
        guard rate.bad > 0 else { return .lasts }
        let days = Double(recent.count) / 1_440
        let outlook = Outlook(
            allowed: slo.allowedErrorRatio, bad: Double(rate.bad) / days, valid: Double(rate.valid) / days)
        if case .rolling(let length) = slo.window {
            return outlook.days(from: now, upTo: Double(length)) { day in
                let leaving = MinuteSpan(start: window.start + (day - 1) * 1_440, end: window.start + day * 1_440)
                return figures(of: slo, over: leaving).counted
            }
        }
        let end =
            slo.window == .calendarWeek
            ? ISOWeek(containing: minute - 1).span.end
            : CalendarMonth(containing: minute - 1).span.end
        return outlook.days(from: now, upTo: Double(end - minute) / 1_440) { _ in Attainment() }
    }

    private static let recentMinutes = 4_320
}

/// What comes in a day, and what of it is allowed to be bad.
private struct Outlook {
    /// Share of what is valid.
    let allowed: Double
    /// A day.
    let bad: Double
    let valid: Double

    /// - Parameters:
    ///   - limit: days until all of it is gone, or the budget begins anew.
    ///   - leaving: what goes out of the window on a day, counted from 1.
    func days(from now: Attainment, upTo limit: Double, leaving: (Int) -> Attainment) -> Projection {
        var sum = (bad: Double(now.bad), valid: Double(now.valid))
        var day = 0
        while Double(day) < limit {
            let before = allowed * sum.valid - sum.bad
            let length = min(1, limit - Double(day))
            day += 1
            let gone = leaving(day)
            sum.bad += bad * length - Double(gone.bad)
            sum.valid += valid * length - Double(gone.valid)
            let after = allowed * sum.valid - sum.bad
            if after < 0 {
                return .usedUp(inDays: Double(day - 1) + length * max(0, before) / (max(0, before) - after))
            }
        }
        return .lasts
    }
}
