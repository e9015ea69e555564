// SPDX-License-Identifier: MIT

package import FoundationEssentials

extension ReportWords {
    /// `12,345` or `12 345`.
    package func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += language == .english ? "," : Self.space }
            text.append(digit)
        }
        return value < 0 ? Self.minus + text : text
    }

    /// Rounded half away from 0, with exactly so many decimals; never `−0`. Without a number: `–`.
    package func number(_ value: Double?, decimals: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "–" }
        let scale = Self.power(decimals)
        return fixed(Int((value * Double(scale)).rounded()), decimals: decimals)
    }

    /// A number given in units of its last decimal.
    private func fixed(_ scaled: Int, decimals: Int) -> String {
        let scale = Self.power(decimals)
        let whole = number(Int(scaled.magnitude) / scale)
        let sign = scaled < 0 ? Self.minus : ""
        guard decimals > 0 else { return sign + whole }
        let fraction = String(Int(scaled.magnitude) % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return sign + whole + (language == .english ? "." : ",") + zeros + fraction
    }

    private static func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    /// `99.5 %`, with the decimals it has.
    package func target(millionths: Int) -> String {
        percent(scaled: millionths, decimals: 4, atLeast: 0)
    }

    private func percent(scaled: Int, decimals: Int, atLeast least: Int) -> String {
        var (scaled, decimals) = (scaled, decimals)
        while decimals > least, scaled % 10 == 0 { (scaled, decimals) = (scaled / 10, decimals - 1) }
        return fixed(scaled, decimals: decimals) + Self.space + "%"
    }

    /// One more decimal than the target has: what it takes to see how near it is. 1…4.
    static func decimals(targetMillionths: Int) -> Int {
        var (rest, decimals) = (targetMillionths, 4)
        while decimals > 0, rest % 10 == 0 { (rest, decimals) = (rest / 10, decimals - 1) }
        return min(4, decimals + 1)
    }

    /// Good of valid, in percent; `–` without evidence.
    ///
    /// Rounded, but never up to 100 % from less, nor up to the target from less.
    package func attained(_ attainment: Attainment, of targetMillionths: Int) -> String {
        share(attainment.good, of: attainment.valid, targetMillionths: targetMillionths)
    }

    /// Good of all, every unknown minute bad.
    package func atWorst(_ attainment: Attainment, of targetMillionths: Int) -> String {
        share(attainment.good, of: attainment.total, targetMillionths: targetMillionths)
    }

    /// `part` of `all` in percent; `–` where all is nothing.
    ///
    /// - Parameter targetMillionths: what it is held against: gives the decimals, and is not reached by rounding.
    package func share(_ part: Int, of all: Int, targetMillionths: Int = 1_000_000) -> String {
        guard all > 0 else { return "–" }
        // Whole percents are for what is exactly so.
        if part == 0 || part == all { return fixed(part == 0 ? 0 : 100, decimals: 0) + Self.space + "%" }
        let decimals = Self.decimals(targetMillionths: targetMillionths)
        let scale = Double(100 * Self.power(decimals))
        let exact = Double(part) * scale / Double(all)
        var rounded = Int(exact.rounded())
        let isMissed = Double(part) * 1_000_000 < Double(targetMillionths) * Double(all)
        let isTarget = rounded * 1_000_000 >= targetMillionths * Int(scale)
        if (isMissed && isTarget) || (part < all && rounded >= Int(scale)) { rounded = Int(exact.rounded(.down)) }
        if rounded == 0 { return "<" + Self.space + fixed(1, decimals: decimals) + Self.space + "%" }
        return fixed(rounded, decimals: decimals) + Self.space + "%"
    }

    /// What is left of a budget, in percent, rounded down: never better than it is. `–` where there is none to tell of.
    package func budgetLeft(_ ratio: Double?) -> String {
        guard let ratio, ratio.isFinite, abs(ratio) < 1e7 else { return "–" }
        // A hair, so that 0.29 × 100 is 29.
        let percent = ratio * 100 + 1e-9
        guard abs(ratio) < 0.01 else { return fixed(Int(percent.rounded(.down)), decimals: 0) + Self.space + "%" }
        let tenths = Int((percent * 10).rounded(.down))
        return fixed(tenths, decimals: tenths == 0 ? 0 : 1) + Self.space + "%"
    }

    /// `0.4×`; `–` without evidence.
    package func burnRate(_ rate: Double?) -> String {
        guard let rate, rate.isFinite else { return "–" }
        if rate > 0, rate < 0.05 { return "<" + number(0.1, decimals: 1) + "×" }
        return number(rate, decimals: rate >= 99.95 ? 0 : 1) + "×"
    }

    /// `420 ms`, `12.4 s`, `47 min`, `2 h 05 min`, `3 d 4 h`; `–` for none.
    package func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        let space = Self.space
        if seconds < 0.9995 { return number(seconds * 1_000, decimals: 0) + space + "ms" }
        if seconds < 59.95 { return number(seconds, decimals: 1) + space + "s" }
        let minutes = Int((seconds / 60).rounded())
        if minutes < 60 { return "\(minutes)\(space)min" }
        if minutes < 1_440 { return "\(minutes / 60)\(space)h" + pair(minutes % 60, "min") }
        let hours = Int((seconds / 3_600).rounded())
        return number(hours / 24) + space + "d" + (hours % 24 == 0 ? "" : "\(space)\(hours % 24)\(space)h")
    }

    private func pair(_ value: Int, _ unit: String) -> String {
        value == 0 ? "" : Self.space + (value < 10 ? "0" : "") + "\(value)" + Self.space + unit
    }

    /// `1 h`, `3 d`, `90 min`: a window.
    package func window(minutes: Int) -> String {
        if minutes >= 1_440, minutes % 1_440 == 0 { return number(minutes / 1_440) + Self.space + "d" }
        if minutes >= 60, minutes % 60 == 0 { return number(minutes / 60) + Self.space + "h" }
        return number(minutes) + Self.space + "min"
    }

    /// The time an objective holds for: `28 d`, or the name of a week or month.
    package func window(_ window: SLO.Window) -> String {
        switch window {
        case .rolling(let days): self.window(minutes: days * 1_440)
        case .calendarWeek: texts.columns.week
        case .calendarMonth: texts.columns.month
        }
    }

    /// `1.2 MB`, in powers of 1,000.
    package func bytes(_ count: Double?) -> String {
        guard var value = count, value.isFinite else { return "–" }
        var unit = "B"
        for larger in ["kB", "MB", "GB", "TB", "PB"] where value >= 999.5 {
            (value, unit) = (value / 1_000, larger)
        }
        return number(value, decimals: unit == "B" || value >= 99.95 ? 0 : 1) + Self.space + unit
    }

    /// `2026-11-23 09:00`, in Stockholm; `2026-10-25 02:30 CEST` in the hour that comes twice.
    package func date(_ date: Date) -> String { StockholmTime.text(date) + Self.zone(date) }

    /// `09:00`, in Stockholm.
    package func clock(_ date: Date) -> String { StockholmTime.text(date).suffix(5) + Self.zone(date) }

    /// Which of the two it is, where clocks show the same time twice; else empty.
    private static func zone(_ date: Date) -> String {
        let minute = date.minute
        let isSummer = StockholmTime.offsetMinutes(at: minute) == 120
        if isSummer, StockholmTime.offsetMinutes(at: minute + 60) == 60 { return " CEST" }
        return !isSummer && StockholmTime.offsetMinutes(at: minute - 60) == 120 ? " CET" : ""
    }

    /// `Mon 2026-11-23`.
    package func day(year: Int, month: Int, day: Int) -> String {
        "\(weekday(year: year, month: month, day: day)) \(year)-\(Self.two(month))-\(Self.two(day))"
    }

    /// `Mon`, by Zeller's rule.
    package func weekday(year: Int, month: Int, day: Int) -> String {
        let (shifted, of) = month < 3 ? (month + 12, year - 1) : (month, year)
        // 0 is Saturday.
        let number = (day + 13 * (shifted + 1) / 5 + of + of / 4 - of / 100 + of / 400) % 7
        return texts.calendar.weekdays[(number + 5) % 7]
    }

    static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
