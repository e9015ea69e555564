// SPDX-License-Identifier: MIT

import Alarms
import ArgumentParser
import Collector
import Files
import FoundationEssentials
import JSON
import Ledger
import MQL
import OCI
import Transport

/// `alarms drill`: a fire drill.
struct AlarmsDrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill", abstract: "Let a copy of an alarm fire for real, and time it",
        usage: """
            polisen-collector alarms drill <name> [--budget <time>] [--check-topic]
                   [--no-clear] [--json] [<flags>]
                   polisen-collector alarms drill --clean [<flags>]
            """,
        discussion: """
            Makes a temporary copy of the alarm, titled [DRILL], that looks at streams of a job of its own (drill-…), posts \
            points there that make it fire, and waits until OCI says FIRING: evaluation and notification are the real ones, \
            so those who listen to the topic get a message that begins with [DRILL]. Then posts values that clear it, waits \
            for the end where that comes within a quarter of an hour, and deletes the copy; also when interrupted. No stream \
            of the collector and no alarm of it is touched. The ledger gets a record of type drill.

            --budget: how long it may take from the copy's making. Unless told otherwise: until the condition holds, the \
            alarm's slack, a minute for the evaluation, and five minutes which OCI may take for a new alarm. Past it, it is \
            waited for as long again, to tell late from silent.
            --check-topic: also fail where the topic is not active or nobody has confirmed a subscription.
            --clean: deletes copies that drills of this job left behind (killed, or OCI away), and ends. Those whose time \
            is over are deleted by the next drill anyway.

            --json: schema 1; type drill; drill; job; alarm; started_at; outcome (passed, late, silent, failed, \
            interrupted); budget_seconds; posted_at, created_at, fired_at, cleared_at (left out where that did not happen); \
            detection_seconds; alarm_id; deleted; subscriptions; problem; host; version.
            Exit codes: 0 fired within the budget; 1 late, silent, nobody listens, or the copy could not be deleted; 65 the \
            alarm cannot be drilled; 69, 73, 77 OCI refused or cannot be asked; 75 interrupted; 78 configuration.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var place: AlarmPlaceOptions
    @Option(help: ArgumentHelp("How long it may take, for example 10m", valueName: "time")) var budget: String?
    @Flag(help: "Fail where nobody listens to the topic") var checkTopic = false
    @Flag(help: "Do not wait for the end of the alarm") var noClear = false
    @Flag(help: "Delete what drills left behind, and end") var clean = false
    @Flag(help: "Answer as JSON") var json = false
    @Argument(help: ArgumentHelp("The alarm (its file's name without .json)", valueName: "name")) var name: String?

    func validate() throws {
        if clean == (name != nil) { throw ValidationError("name one alarm to drill, or say --clean") }
        _ = try limit
    }

    func run() async throws { try await run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) async -> ExitStatus {
        do throws(ExitStatus) {
            var live = try options.live(in: surroundings, for: .reading)
            live.deadline = .seconds(1 << 32)
            guard let name else { return try await clean(live, surroundings) }
            let template = try template(name, live.configuration, surroundings)
            return try await drill(template, live, surroundings)
        } catch {
            return error
        }
    }

    private func clean(_ live: Live, _ surroundings: Surroundings) async throws(ExitStatus) -> ExitStatus {
        let cloud = try await AlarmCloud(live, surroundings)
        do throws(OCIError) {
            let count = try await DrillLeftovers(cloud: cloud).remove(isEvery: true)
            let text =
                count == 0 ? "nothing was left behind" : "deleted \(count) alarm\(count == 1 ? "" : "s") of drills"
            return surroundings.answer(json ? JSONValue.object([JSONMember("deleted", .int(count))]).text : text)
        } catch {
            throw surroundings.fail(error)
        }
    }

    private func template(
        _ name: String, _ configuration: Configuration, _ surroundings: Surroundings
    ) throws(ExitStatus) -> AlarmTemplate {
        do throws(AlarmFilesError) {
            let directory = AlarmPlaces.alarms(place.alarms ?? configuration.alarms.path)
            let templates = try AlarmTemplateFiles.templates(in: directory, names: [name])
            // Tells what is not set.
            _ = try configuration.desired(templates)
            guard let template = templates.first else { throw AlarmFilesError(message: name, status: .badData) }
            return template
        } catch {
            throw surroundings.fail(error)
        }
    }

    private func drill(
        _ template: AlarmTemplate, _ live: Live, _ surroundings: Surroundings
    ) async throws(ExitStatus) -> ExitStatus {
        defer { live.log.flush() }
        let startedAt = live.time.now()
        let (copy, recipe) = try prepare(template, live, surroundings, at: startedAt)
        let expected = AlarmDrill.expected(copy, recipe, at: startedAt)
        // Checked by `validate`.
        let budget = (try? limit).flatMap { $0 } ?? expected + AlarmDrill.settling
        let cloud = try await AlarmCloud(live, surroundings)
        var record = DrillRecord(
            drill: copy.drill, job: live.configuration.job, alarm: template.key, startedAt: startedAt, outcome: .failed,
            budgetSeconds: Double(budget.components.seconds), host: HostFacts.hostName, version: Product.version)
        do throws(OCIError) {
            _ = try await DrillLeftovers(cloud: cloud).remove(isEvery: false)
            if checkTopic { record.subscriptions = try await listeners(of: copy, cloud, surroundings) }
        } catch {
            throw surroundings.fail(error)
        }
        let signals = ProcessSignals.onTermination { [stop = live.stop] in stop.request() }
        let drill = AlarmDrill(
            cloud: cloud, copy: copy, recipe: recipe, budget: budget, clears: !noClear, startedAt: startedAt
        ) { surroundings.tell($0) }
        let (done, failure) = await drill.run(record)
        withExtendedLifetime(signals) {}
        keep(done, live, surroundings)
        if let failure { surroundings.tell("polisen-collector: \(failure.message)") }
        let report = DrillReport(record: done, checksTopic: checkTopic, failure: failure)
        return surroundings.answer(json ? done.json.text : report.text, status: report.status)
    }

    private func prepare(
        _ template: AlarmTemplate, _ live: Live, _ surroundings: Surroundings, at now: Date
    ) throws(ExitStatus) -> (DrillAlarm, DrillRecipe) {
        let configuration = live.configuration
        let drill = "drill-" + live.run.hex.suffix(12)
        do throws(AlarmError) {
            let copy = try DrillAlarm(
                template, configuration.alarmValues, job: configuration.job, drill: drill,
                until: now.addingTimeInterval(86_400))
            let simulation = try AlarmSimulation(alarm: copy.alarm)
            guard let recipe = DrillRecipe(copy, now: now.milliseconds, simulation: simulation) else {
                surroundings.tell(
                    "polisen-collector: no values were found that make \(template.key) fire within three hours; its "
                        + "windows may be too long for a drill")
                throw AlarmError(key: template.key, [])
            }
            return (copy, recipe)
        } catch {
            if !error.problems.isEmpty { surroundings.tell("polisen-collector: \(error)") }
            throw .badData
        }
    }

    /// How many confirmed subscriptions the topics of the alarm have; tells of those that cannot deliver.
    private func listeners(
        of copy: DrillAlarm, _ cloud: AlarmCloud, _ surroundings: Surroundings
    ) async throws(OCIError) -> Int {
        let notifications = Notifications(client: cloud.monitoring.client)
        var count = 0
        for id in copy.alarm.destinations where OCID(id)?.kind == "onstopic" {
            let topic = try await notifications.topic(id)
            guard topic.state == nil || topic.state == "ACTIVE" else {
                surroundings.tell("the topic \(topic.name ?? id) is \(topic.state ?? "not active")")
                continue
            }
            let subscriptions = try await notifications.subscriptions(topic: id, compartment: cloud.compartment)
            let active = subscriptions.count { $0.state == "ACTIVE" }
            count += active
            surroundings.tell(
                "topic \(topic.name ?? id): \(active) of \(subscriptions.count) subscriptions are confirmed")
        }
        return count
    }

    private func keep(_ record: DrillRecord, _ live: Live, _ surroundings: Surroundings) {
        do throws(FileError) {
            try RunLedger(statePath: live.state.root).append(record)
        } catch {
            surroundings.tell("polisen-collector: the ledger does not keep the drill: \(error)")
        }
    }

    private var limit: Duration? {
        get throws {
            guard let budget else { return nil }
            do throws(Unacceptable) {
                return try Syntax<Duration>.duration(upTo: .seconds(6 * 3_600)).parse(budget)
            } catch {
                throw ValidationError("--budget \(error.rule), not '\(budget)'")
            }
        }
    }
}

/// What `alarms drill` answers.
struct DrillReport: Sendable {
    let record: DrillRecord
    let checksTopic: Bool
    let failure: RunFailure?

    private var hasNoListeners: Bool { checksTopic && record.subscriptions == 0 }

    var status: ExitStatus {
        switch record.outcome {
        case .passed: hasNoListeners || !record.isDeleted ? .badState : .ok
        case .late, .silent: .badState
        case .failed: failure.map(ExitStatus.init) ?? .unavailable
        case .interrupted: .temporary
        }
    }

    /// The verdict first; at most 80 columns.
    var text: String {
        var lines = Words.row("\(record.outcome.rawValue) —", verdict, column: record.outcome.rawValue.count + 3)
        lines.append("")
        lines += Words.row("drill", "\(record.drill), budget \(Words.age(record.budgetSeconds))")
        let instants = [
            ("posted", record.postedAt), ("made", record.createdAt), ("fired", record.firedAt),
            ("cleared", record.clearedAt),
        ]
        for case (let name, let date?) in instants { lines += Words.row(name, Words.time(date)) }
        if let subscriptions = record.subscriptions {
            lines += Words.row(
                "listeners", hasNoListeners ? "nobody: confirm a subscription" : "\(subscriptions) confirmed")
        }
        if let problem = record.problem { lines += Words.row("problem", problem) }
        lines.append("next".padding(13) + next)
        return lines.joined(separator: "\n")
    }

    private var verdict: String {
        let took = record.detectionSeconds.map(Words.age) ?? ""
        return switch record.outcome {
        case .passed where hasNoListeners: "\(record.alarm) fired after \(took), and nobody was told"
        case .passed: "\(record.alarm) fired after \(took)"
        case .late: "\(record.alarm) fired after \(took), over its budget"
        case .silent: "\(record.alarm) did not fire within twice its budget"
        case .failed: "\(record.alarm) could not be drilled to the end"
        case .interrupted: "the drill of \(record.alarm) was ended before it fired"
        }
    }

    private var next: String {
        guard record.isDeleted || record.alarmID == nil else { return "polisen-collector alarms drill --clean" }
        if hasNoListeners { return "oci ons subscription create --help" }
        return record.outcome == .passed
            ? "look for the message that begins with [DRILL]" : "polisen-collector alarms plan"
    }
}
