// SPDX-License-Identifier: MIT

import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import Logging
import OCI
import Transport

/// `alarms watch`: what our alarms say now, and each change.
struct AlarmsWatchCommand: AsyncParsableCommand {
    /// What is waited for.
    enum Goal: String, ExpressibleByArgument, CaseIterable { case firing, ok }

    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show the alarms' states in OCI, and follow their changes",
        usage: """
            polisen-collector alarms watch [<name>...] [--once] [--until firing|ok]
                   [--timeout <time>] [--json] [<flags>]
            """,
        discussion: """
            Shows every alarm of ours in oci.compartment (or those named): those that fire first, then, from OCI's history \
            or the ledger, the last changes; follows them until interrupted. OCI's states lag by three minutes and more. \
            The changes are kept in the ledger (records of type alarm), since OCI forgets them after 90 days.

            --until firing waits until one of them fires, --until ok until none does; both end after --timeout.
            UNKNOWN: OCI has not evaluated the alarm yet.

            --json: one JSON object a line, first of each alarm, then of each change: schema 1; at; alarm; id; \
            display_name; severity; status; from (the state before; null at first); since; rule; suppressed; enabled; summary.
            Exit codes: 0 ok, interrupted, or what was waited for has come; 1 it has not; 65 no alarm is called so; \
            69, 77 OCI cannot be asked; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Show how they are now, and end") var once = false
    @Option(help: ArgumentHelp("Wait for this: firing or ok", valueName: "state")) var until: Goal?
    @Option(help: ArgumentHelp("How long to follow; with --until 15m unless told otherwise", valueName: "time"))
    var timeout: String?
    @Flag(help: "Answer as JSON, one object a line") var json = false
    @Argument(help: ArgumentHelp("Only these alarms (names of files, display names or OCIDs)", valueName: "name"))
    var names: [String] = []

    func validate() throws {
        if once, until != nil || timeout != nil {
            throw ValidationError("--once shows the states and ends: it goes with neither --until nor --timeout")
        }
        _ = try limit
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        let cloud: AlarmCloud
        let watch: AlarmWatch
        do throws(ExitStatus) {
            var live = try options.live(in: surroundings, for: .reading)
            live.deadline = .seconds(1 << 32)
            cloud = try await AlarmCloud(live, surroundings)
            // Checked by `validate`.
            let limit = (try? self.limit).flatMap { $0 } ?? (until == nil ? nil : .seconds(900))
            watch = AlarmWatch(
                cloud: cloud, names: names, isOnce: once, goal: until, limit: limit, isJSON: json,
                surroundings: surroundings)
        } catch {
            return error
        }
        defer { cloud.live.log.flush() }
        let signals = ProcessSignals.onTermination { [stop = cloud.live.stop] in stop.request() }
        let status = await watch.run()
        withExtendedLifetime(signals) {}
        return status
    }

    private var limit: Duration? {
        get throws {
            guard let timeout else { return nil }
            do throws(Unacceptable) {
                return try Syntax<Duration>.duration(upTo: .seconds(7 * 86_400)).parse(timeout)
            } catch {
                throw ValidationError("--timeout \(error.rule), not '\(timeout)'")
            }
        }
    }
}

/// Follows alarms.
struct AlarmWatch: Sendable {
    let cloud: AlarmCloud
    let names: [String]
    let isOnce: Bool
    let goal: AlarmsWatchCommand.Goal?
    let limit: Duration?
    let isJSON: Bool
    let surroundings: Surroundings

    /// How often OCI is asked: two calls of the ten a second that a tenancy has for alarms.
    static let pace = Duration.seconds(15)
    private static let shownChanges = 10
    /// Seconds; changes before that are left out.
    private static let shownSpan: Double = 7 * 86_400

    private var time: TimeSource { cloud.live.time }

    func run() async -> ExitStatus {
        let end = limit.map { time.uptime() + $0 }
        var last: [AlarmStanding]
        do throws(OCIError) {
            last = try await standings()
        } catch {
            return surroundings.fail(error)
        }
        if let missing = names.first(where: { name in !last.contains { Self.matches($0, name) } }) {
            surroundings.tell("polisen-collector: OCI has no alarm of ours called \(missing); see `alarms plan`")
            return .badData
        }
        let new = await mirror(last, isFirst: true)
        let kept = AlarmMirror(cloud: cloud).kept(last, since: time.now().addingTimeInterval(-Self.shownSpan))
        // What could not be kept is shown all the same.
        let changes = kept.isEmpty ? new : kept
        guard show(last, changes) == .ok else { return .cannotWrite }
        if isOnce { return .ok }
        while !isReached(last) {
            if cloud.live.stop.isRequested { return goal == nil ? .ok : .badState }
            if let end, time.uptime() >= end { return goal == nil ? .ok : missed(last) }
            await pause(end.map { min(Self.pace, $0 - time.uptime()) } ?? Self.pace)
            guard !cloud.live.stop.isRequested, let now = await next() else { continue }
            let changed = Self.changes(from: last, to: now)
            last = now
            guard !changed.isEmpty else { continue }
            for (alarm, before) in changed where tell(alarm, before) != .ok { return .cannotWrite }
            for change in await mirror(changed.map(\.alarm), isFirst: false) {
                cloud.live.log.logger.notice(
                    "an alarm changed its state",
                    metadata: [
                        "event": "alarm.state.changed", "alarm": "\(change.alarm)", "alarm.state": "\(change.status)",
                    ])
            }
        }
        return .ok
    }

    /// Alarms whose state is another one than before, or began anew.
    static func changes(
        from old: [AlarmStanding], to new: [AlarmStanding]
    ) -> [(alarm: AlarmStanding, before: AlarmStanding?)] {
        let byID = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
        return new.filter { byID[$0.id]?.mark != $0.mark }.map { ($0, byID[$0.id]) }
    }

    private func isReached(_ alarms: [AlarmStanding]) -> Bool {
        switch goal {
        case .firing?: alarms.contains(where: \.isFiring)
        case .ok?: alarms.allSatisfy { !$0.isFiring }
        case nil: false
        }
    }

    private func missed(_ alarms: [AlarmStanding]) -> ExitStatus {
        let firing = alarms.filter(\.isFiring).map(\.key)
        let what = firing.isEmpty ? "none fires" : "firing: \(firing.joined(separator: ", "))"
        surroundings.tell("polisen-collector: what was waited for has not come; \(what)")
        return .badState
    }

    private func standings() async throws(OCIError) -> [AlarmStanding] {
        let all = try await cloud.standings()
        guard !names.isEmpty else { return all }
        return all.filter { alarm in names.contains { Self.matches(alarm, $0) } }
    }

    private static func matches(_ alarm: AlarmStanding, _ name: String) -> Bool {
        [alarm.key, alarm.displayName, alarm.id].contains(name)
    }

    /// nil where OCI did not answer: told, and asked again at the next turn.
    private func next() async -> [AlarmStanding]? {
        do throws(OCIError) {
            return try await standings()
        } catch {
            surroundings.tell("polisen-collector: \(error); asking again")
            return nil
        }
    }

    private func mirror(_ alarms: [AlarmStanding], isFirst: Bool) async -> [AlarmRecord] {
        let progress = ProgressLine(isShown: HostFacts.isTerminal(2) && isFirst)
        progress.tell("reading the history of \(alarms.count) alarms")
        defer { progress.end() }
        do throws(OCIError) {
            return try await AlarmMirror(cloud: cloud).update(alarms) { problem in
                surroundings.tell("polisen-collector: the ledger does not keep the changes: \(problem)")
            }
        } catch {
            surroundings.tell("polisen-collector: the alarms' history cannot be read: \(error)")
            return []
        }
    }

    private func pause(_ duration: Duration) async {
        let time = time
        await cloud.live.stop.whileRunning(sleep: { _ in }) {
            // Cancelled means: stop waiting.
            try? await time.sleep(duration)
        }
    }

    // MARK: Showing

    private func show(_ alarms: [AlarmStanding], _ changes: [AlarmRecord]) -> ExitStatus {
        let now = time.now()
        if isJSON {
            guard !alarms.isEmpty else { return .ok }
            return surroundings.answer(alarms.map { $0.json(at: now).text }.joined(separator: "\n"))
        }
        let firing = alarms.count { $0.isFiring }
        var lines = [
            "\(firing == 0 ? "none" : "\(firing)") of \(alarms.count) alarms fire\(firing == 1 ? "s" : "")", "",
        ]
        if firing == 0 { lines[0] = "none of \(alarms.count) alarms fires" }
        lines += alarms.map { $0.row(now: now) }
        if !changes.isEmpty {
            lines += ["", "last changes"]
            lines += changes.suffix(Self.shownChanges).map {
                "  \(Words.time($0.at).dropLast(4))  \($0.status.padding(8)) \($0.alarm)"
            }
        }
        return surroundings.answer(lines.joined(separator: "\n"))
    }

    private func tell(_ alarm: AlarmStanding, _ before: AlarmStanding?) -> ExitStatus {
        let now = time.now()
        if isJSON { return surroundings.answer(alarm.json(at: now, from: before?.status).text) }
        let states = [before?.status, alarm.status].compactMap(\.self)
        return surroundings.answer(
            "\(Words.time(alarm.since ?? now).dropLast(4))  \(alarm.severity.padding(8)) \(alarm.key.padding(24)) "
                + states.joined(separator: " → "))
    }
}
