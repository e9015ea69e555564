// SPDX-License-Identifier: MIT

import FoundationEssentials
import Ledger

extension Syntax where Value == Date {
    /// A day of the calendar; its first instant in UTC.
    static let day = Syntax<Date>(placeholder: "day", expectation: "a day such as 2027-03-01") {
        text throws(Unacceptable) in
        guard text.utf8.count == 10, let date = Timestamp.date(text + "T00:00:00Z") else {
            throw Unacceptable("must be a day such as 2027-03-01")
        }
        return date
    } format: {
        String(Timestamp.text($0).prefix(10))
    }
}
