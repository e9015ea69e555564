// SPDX-License-Identifier: MIT

import JSON
import ServiceLevels

// What other parts bring: this file goes when they are merged.


struct BurnAlarm {
    let slo: SLO
    let condition: BurnCondition
    var json: JSONValue { [:] }
    var tests: String { "" }
}
