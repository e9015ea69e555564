// SPDX-License-Identifier: MIT

/// What alarms would have done over a span of recorded data.
package struct BacktestReport: Sendable {
    /// One firing of one alarm.
    package struct Firing: Sendable, Hashable {
        package let alarm: String
        /// The first firing label.
        package let from: Int64
        /// The first label that is OK again; nil: it still fires at the end.
        package let until: Int64?
        /// When the first message leaves.
        package let deliveredAt: Int64?
        /// The worst rule that fired in it.
        package let rule: String
        package let severity: Severity
        /// Whether it ended by internal reset: nobody knows whether all was well.
        package let didReset: Bool
        package let repeats: Int
        /// Whether an annotated incident explains it; nil: nothing is known.
        package let isTrue: Bool?
    }

    /// One annotated incident and what the alarms made of it.
    package struct Detection: Sendable, Hashable {
        package let incident: AnnotatedIncident
        /// The alarm that spoke first, and how long after the incident's begin its message left, in milliseconds.
        package let first: String?
        package let afterMilliseconds: Int64?
        /// Alarms that should have fired for it and did not.
        package let missing: [String]
        /// Whether it lies before the first label or behind the last: nobody can tell what the alarms made of it.
        package let isOutside: Bool

        /// Whether any alarm spoke.
        package var isDetected: Bool { first != nil }
    }

    /// One alarm's figures.
    package struct Summary: Sendable, Hashable {
        package let alarm: String
        package var firings = 0
        package var resets = 0
        /// nil: nothing is known.
        package var falseFirings: Int?
        /// Milliseconds spent firing.
        package var firingTime: Int64 = 0
    }

    package let from: Int64
    package let until: Int64
    /// Raw points read.
    package let points: Int
    /// By time, then by alarm.
    package let firings: [Firing]
    /// In the order annotated; nil: nothing is known.
    package let detections: [Detection]?
    /// In the order of the alarms.
    package let summaries: [Summary]

    init(
        _ playbacks: [AlarmPlayback], from: Int64, until: Int64, points: Int, incidents: [AnnotatedIncident]?
    ) {
        self.from = from
        self.until = until
        self.points = points
        var firings: [Firing] = []
        for playback in playbacks {
            for firing in playback.firings {
                let explained = incidents.map { list in
                    list.contains { $0.explains(firing, of: playback) }
                }
                firings.append(Firing(firing, of: playback.alarm.key, isTrue: explained))
            }
        }
        self.firings = firings.sorted { ($0.from, $0.alarm) < ($1.from, $1.alarm) }
        detections = incidents.map { list in
            list.map { incident in
                let isOutside = incident.from > until || (incident.until ?? .max) < from
                return isOutside ? Detection(outside: incident) : Self.detection(of: incident, by: playbacks)
            }
        }
        summaries = playbacks.map { playback in
            Self.summary(of: playback.alarm.key, firings, until: until, isAnnotated: incidents != nil)
        }
    }

    /// False firings of rules that page somebody.
    package var falsePages: [Firing] { firings.filter { $0.isTrue == false && $0.severity == .critical } }

    /// Whether nothing false has fired, and nothing was missed.
    package var isFlawless: Bool {
        !firings.contains { $0.isTrue == false }
            && !(detections ?? []).contains { $0.isMissed || !$0.missing.isEmpty }
    }

    private static func summary(
        of alarm: String, _ firings: [Firing], until: Int64, isAnnotated: Bool
    ) -> Summary {
        let own = firings.filter { $0.alarm == alarm }
        var summary = Summary(alarm: alarm)
        summary.firings = own.count
        summary.resets = own.count(where: \.didReset)
        summary.falseFirings = isAnnotated ? own.count { $0.isTrue == false } : nil
        summary.firingTime = own.reduce(0) { $0 + ($1.until ?? until) - $1.from }
        return summary
    }

    private static func detection(of incident: AnnotatedIncident, by playbacks: [AlarmPlayback]) -> Detection {
        var heard: [(alarm: String, at: Int64)] = []
        for playback in playbacks {
            let first = playback.firings.first { incident.explains($0, of: playback) }
            if let first { heard.append((playback.alarm.key, first.deliveredAt ?? first.from)) }
        }
        let first = heard.min { ($0.at, $0.alarm) < ($1.at, $1.alarm) }
        return Detection(
            incident: incident, first: first?.alarm, afterMilliseconds: first.map { $0.at - incident.from },
            missing: incident.alarms.filter { wanted in !heard.contains { $0.alarm == wanted } }, isOutside: false)
    }
}

extension BacktestReport.Detection {
    /// Whether an alarm could have spoken and none did.
    package var isMissed: Bool { !isDetected && !isOutside }

    fileprivate init(outside incident: AnnotatedIncident) {
        self.init(incident: incident, first: nil, afterMilliseconds: nil, missing: [], isOutside: true)
    }
}

extension BacktestReport.Firing {
    init(_ firing: AlarmPlayback.Firing, of alarm: String, isTrue: Bool?) {
        self.init(
            alarm: alarm, from: firing.from, until: firing.until, deliveredAt: firing.deliveredAt, rule: firing.rule,
            severity: firing.severity, didReset: firing.didReset, repeats: firing.repeats, isTrue: isTrue)
    }
}

extension AnnotatedIncident {
    /// Whether a firing begins in the incident, or in the time after it in which the alarm's window still shows it. What
    /// fired before has another cause, and a watchdog fires whatever happens: only an incident that names it is its own.
    func explains(_ firing: AlarmPlayback.Firing, of playback: AlarmPlayback) -> Bool {
        let isMeant = alarms.isEmpty ? !playback.isWatchdog : alarms.contains(playback.alarm.key)
        let end = until.map { $0 + playback.echo } ?? .max
        return isMeant && from <= firing.from && firing.from <= end
    }
}
