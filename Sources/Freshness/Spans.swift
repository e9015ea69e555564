// SPDX-License-Identifier: MIT

/// Lengths of time for people.
package enum Spans {
    /// `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`; cut, never rounded up.
    package static func text(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e12))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min" }
        if whole < 86_400 { return "\(whole / 3600) h\(whole % 3600 < 60 ? "" : " \(whole % 3600 / 60) min")" }
        return "\(whole / 86_400) d\(whole % 86_400 < 3600 ? "" : " \(whole % 86_400 / 3600) h")"
    }
}
