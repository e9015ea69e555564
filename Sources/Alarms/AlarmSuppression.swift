// SPDX-License-Identifier: MIT

extension AlarmSuppression {
    /// Whether it holds at an instant for a stream; nil: for the whole alarm.
    package func covers(_ instant: Int64, dimensions stream: [String: String]? = nil) -> Bool {
        guard (from...max(from, until)).contains(instant), recurrence?.covers(instant, from: from) ?? true
        else { return false }
        guard let dimensions else { return true }
        guard let stream else { return false }
        return dimensions.allSatisfy { stream[$0.key] == $0.value }
    }
}

extension SuppressionRecurrence {
    /// Whether an occurrence that began at or after `from` still lasts.
    func covers(_ instant: Int64, from: Int64) -> Bool {
        let today = UTCTime.floorDivide(instant, UTCTime.day).0
        let days = durationMilliseconds / UTCTime.day + 1
        for back in 0...days {
            let midnight = (today - back) * UTCTime.day
            guard weekdays.isEmpty || weekdays.contains(UTCTime.weekday(midnight)) else { continue }
            for second in secondsOfDay {
                let start = midnight + Int64(second) * 1000
                if start >= from, start <= instant, instant <= start + durationMilliseconds { return true }
            }
        }
        return false
    }
}
