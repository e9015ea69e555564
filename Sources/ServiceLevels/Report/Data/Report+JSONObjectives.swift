// SPDX-License-Identifier: MIT

package import JSON

extension ObjectiveReport {
    /// As `Report.json` describes it.
    package var json: JSONValue {
        .object([
            JSONMember("name", .string(slo.name)), JSONMember("display_name", .string(slo.displayName)),
            JSONMember("description", .string(slo.description)), JSONMember("unit", .string(slo.unit.rawValue)),
            JSONMember("indicator", slo.indicator.json), JSONMember("target", .double(slo.target)),
            JSONMember("window", slo.window.json),
            JSONMember(
                "policy",
                slo.policy.map { ["careful_below": .double($0.carefulBelow), "stop_below": .double($0.stopBelow)] }
                    ?? .null),
            JSONMember("alarms", .array(slo.burnConditions.map(\.json))),
            JSONMember("verdict", .optional(verdict?.rawValue)), JSONMember("in_period", .object(period.members)),
            JSONMember("in_window", .object(window.members)), JSONMember("budget", budget.json),
            JSONMember("burn_rates", .array(burnRates.map(\.json))), JSONMember("projection", projection.json),
            JSONMember("trend", .array(trend.map(\.json))),
        ])
    }
}

extension SLO {
    /// The share that has to be good, 0…1.
    var target: Double { Double(targetMillionths) / 1_000_000 }
}

extension SLO.Indicator {
    /// `fresh_minutes`, …: what stands in JSON.
    var name: String {
        switch self {
        case .freshMinutes: "fresh_minutes"
        case .runSuccess: "run_success"
        case .latency: "latency"
        case .apiAvailability: "api_availability"
        case .telemetryDelivery: "telemetry_delivery"
        case .uniqueLines: "unique_lines"
        case .storagePuts: "storage_puts"
        case .detection: "detection"
        case .resolution: "resolution"
        }
    }

    /// The oldest or longest that is good; nil where no time is measured.
    var limitSeconds: Int? {
        switch self {
        case .freshMinutes(let maxAgeSeconds, _): maxAgeSeconds
        case .latency(let limit), .detection(let limit), .resolution(let limit): limit
        case .runSuccess, .apiAvailability, .telemetryDelivery, .uniqueLines, .storagePuts: nil
        }
    }

    fileprivate var json: JSONValue { ["type": .string(name), "limit_seconds": .optional(limitSeconds)] }
}

extension SLO.Window {
    fileprivate var json: JSONValue {
        switch self {
        case .rolling(let days): ["type": "rolling", "days": .int(days)]
        case .calendarWeek: ["type": "calendar_week", "days": .null]
        case .calendarMonth: ["type": "calendar_month", "days": .null]
        }
    }
}

extension BurnCondition {
    fileprivate var json: JSONValue {
        [
            "alarm": .string(alarm), "window_seconds": .int(windowMinutes * 60), "burn_rate": .double(burnRate),
            "severity": .string(severity),
        ]
    }
}

extension Figures {
    fileprivate var members: [JSONMember] {
        [
            JSONMember("counted", counted.json), JSONMember("whole", whole.json),
            JSONMember("excluded", .int(excluded)),
        ]
    }
}

extension Attainment {
    fileprivate var json: JSONValue {
        [
            "good": .int(good), "bad": .int(bad), "unknown": .int(unknown), "valid": .int(valid), "total": .int(total),
            "ratio": .optional(ratio), "error_ratio": .optional(errorRatio), "worst_ratio": .optional(worstRatio),
        ]
    }
}

extension ErrorBudget {
    fileprivate var json: JSONValue {
        [
            "allowed": .double(allowed), "spent": .int(spent), "left": .double(allowed - Double(spent)),
            "remaining_ratio": .optional(remainingRatio),
        ]
    }
}

extension BurnRate {
    fileprivate var json: JSONValue { ["window_seconds": .int(windowMinutes * 60), "rate": .optional(rate)] }
}

extension Projection {
    /// `lasts` `used_up` `spent` `unknown`.
    var word: String {
        switch self {
        case .lasts: "lasts"
        case .usedUp: "used_up"
        case .spent: "spent"
        case .unknown: "unknown"
        }
    }

    /// Until the budget is used up; nil where it is not foreseen, or is already.
    var seconds: Double? {
        guard case .usedUp(let days) = self else { return nil }
        return days * 86_400
    }

    fileprivate var json: JSONValue { ["word": .string(word), "in_seconds": .optional(seconds)] }
}

extension TrendWeek {
    fileprivate var json: JSONValue {
        .object(
            [
                JSONMember("week", .string(week.text)), JSONMember("from", .instant(week.span.startDate)),
                JSONMember("to", .instant(week.span.endDate)),
            ] + figures.members)
    }
}
