// SPDX-License-Identifier: MIT

package import MQL
import YAML

/// Plays alarms over recorded data, which come in pieces, and tells what would have fired.
///
/// Feed it a week at a time: what it keeps are the data that windows can still reach, and one record for each firing, so that
/// memory does not grow with the span.
package struct Backtest: Sendable {
    private var playbacks: [AlarmPlayback]
    private var store = MetricStore()
    private let from: Int64
    private var until: Int64
    private let lookback: Int64
    /// What the alarms read; the rest is only counted.
    private let metrics: Set<String>
    /// Points of the pieces so far.
    private var points = 0

    /// - Parameters:
    ///   - from: the first label, milliseconds since 1970.
    ///   - knobs: where the documentation leaves a choice.
    /// - Throws: an error with every query that cannot be read.
    package init(alarms: [Alarm], from: Int64, knobs: Knobs = Knobs()) throws(AlarmError) {
        var playbacks: [AlarmPlayback] = []
        for alarm in alarms { playbacks.append(try AlarmPlayback(alarm: alarm, from: from, knobs: knobs)) }
        self.playbacks = playbacks
        self.from = UTCTime.minuteUp(from)
        until = self.from
        lookback = playbacks.reduce(0) { max($0, $1.lookback) }
        metrics = Set(playbacks.flatMap(\.metrics))
    }

    /// Whether an alarm tells the watchdog's topic, and so is meant to fire all the time.
    package static func isWatchdog(_ alarm: Alarm) -> Bool {
        AlarmTemplate.standIns()[.watchdogTopicID].map(alarm.destinations.contains) == true
    }

    /// Takes the next piece of data and evaluates all labels up to and with `until`.
    ///
    /// - Parameters:
    ///   - streams: all points between the last piece's end and `until`; earlier ones are taken too, for windows that begin
    ///     before the first label.
    ///   - until: not earlier than that of the piece before.
    package mutating func advance(with streams: [MetricStream], until: Int64) {
        for stream in streams {
            points += stream.count
            if metrics.contains(stream.identity.metric) { store.add(stream) }
        }
        for index in playbacks.indices { playbacks[index].advance(over: store, until: until) }
        self.until = max(self.until, until)
        store.removePoints(before: until - lookback - UTCTime.minute)
    }

    /// What would have fired up to now, compared with what is known to have happened.
    ///
    /// - Parameter incidents: nil: nothing is known, and no firing is called true or false.
    package func report(incidents: [AnnotatedIncident]? = nil) -> BacktestReport {
        BacktestReport(playbacks, from: from, until: until, points: points, incidents: incidents)
    }
}

/// Something that is known to have happened.
package struct AnnotatedIncident: Sendable, Hashable {
    package let from: Int64
    /// nil: it goes on.
    package let until: Int64?
    /// What it was.
    package let what: String
    /// Keys of alarms that must fire; empty: any will do.
    package let alarms: [String]

    package init(from: Int64, until: Int64?, what: String, alarms: [String] = []) {
        self.from = from
        self.until = until
        self.what = what
        self.alarms = alarms
    }

    /// Reads `incidents: [{from: …, until: …, what: …, alarms: […]}]`, YAML or JSON; times in RFC 3339.
    ///
    /// - Parameter known: keys of all alarms there are, so that a name that is none is a problem; nil: any name will do.
    package static func list(
        path: String, bytes: [UInt8], among known: [String]? = nil
    ) throws(AlarmTestError) -> [AnnotatedIncident] {
        var yaml = YAMLReading(path: path, source: bytes)
        var list: [AnnotatedIncident] = []
        if let root = yaml.root() {
            let entries = yaml.entries(root, of: "the file", known: ["incidents"], required: ["incidents"])
            for node in yaml.elements(entries["incidents"], of: "incidents") {
                let entry = yaml.entries(
                    node, of: "an incident", known: ["from", "until", "what", "alarms"], required: ["from", "what"])
                let from = yaml.instant(entry["from"], of: "from", from: 0)
                let until = yaml.instant(entry["until"], of: "until", from: from ?? 0)
                let alarms = yaml.elements(entry["alarms"], of: "alarms").compactMap { yaml.key($0, among: known) }
                guard let from, let what = yaml.text(entry["what"], of: "what") else { continue }
                if let until, until < from { yaml.fail("until must not lie before from", at: node.mark) }
                list.append(AnnotatedIncident(from: from, until: until, what: what, alarms: alarms))
            }
        }
        guard yaml.problems.isEmpty else { throw AlarmTestError(problems: yaml.problems) }
        return list
    }
}

extension YAMLReading {
    /// The key of an alarm; one that is not `known` is a problem.
    fileprivate mutating func key(_ node: YAMLNode, among known: [String]?) -> String? {
        guard let key = text(node, of: "an alarm") else { return nil }
        if let known, !known.contains(key) {
            fail("there is no alarm \"\(key)\"\(Spelling.hint(for: key, among: known))", at: node.mark)
        }
        return key
    }
}
