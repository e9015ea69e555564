// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Freshness
import JSON
import Ledger

/// What the checker keeps between checks: the memory of verdicts, and notices that are not delivered yet.
struct KeptMemory: Sendable, Hashable {
    var memory = CheckMemory()
    var waiting: [WaitingNotice] = []
    /// Until when the journal has been read for entries that journald threw away.
    var journalReadAt: Date?
    var budgets = BudgetMemory()

    /// Takes a notice in for all channels; it takes the place of an older one that says less by now.
    mutating func add(_ notice: Notice, to channels: [NoticeChannel]) {
        guard !channels.isEmpty else { return }
        let waitingNotice = WaitingNotice(notice: notice, channels: channels)
        waiting.removeAll { $0.isAboutScheduler == waitingNotice.isAboutScheduler }
        waiting.append(waitingNotice)
    }
}

/// Where notices go.
enum NoticeChannel: String, Sendable, Hashable, CaseIterable {
    case topic, webhook
}

/// A notice on its way.
struct WaitingNotice: Sendable, Hashable {
    let notice: Notice
    /// Where it is still to go.
    var channels: [NoticeChannel]
    /// Deliveries that failed.
    var failures = 0

    var isAboutScheduler: Bool { notice.reason == .schedulerUnhealthy || notice.reason == .schedulerHealthy }
}

/// The file of a checker's memory; one for each set of places, since each sees other things.
struct MemoryStore: Sendable {
    let path: String

    enum Problem: Error, CustomStringConvertible {
        case file(FileError)
        case damaged(String)

        var description: String {
            switch self {
            case .file(let error): error.description
            case .damaged(let what): "it is damaged (\(what)): ages are measured by the wall clock from here"
            }
        }
    }

    init(directory: String, places: [EvidenceSource]) {
        let name = places.map(\.rawValue).joined(separator: "-")
        path = FileSystem.join(directory, "freshness-\(name).json")
    }

    /// nil where nothing is kept yet.
    func load() throws(Problem) -> KeptMemory? {
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try FileSystem.read(path, limitBytes: 1 << 20)
        } catch {
            throw .file(error)
        }
        guard let bytes else { return nil }
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue.parse(bytes)
        } catch {
            throw .damaged("\(error)")
        }
        guard json["schema"] == 1 else { throw .damaged("schema 1 is read, not \(json["schema"]?.text ?? "none")") }
        guard let kept = KeptMemory(json: json) else { throw .damaged("a member is missing") }
        return kept
    }

    func save(_ kept: KeptMemory) throws(FileError) {
        try FileSystem.replace(path, kept.json.encoded() + [0x0A])
    }
}

extension KeptMemory {
    fileprivate var json: JSONValue {
        var members = [
            JSONMember("schema", 1), JSONMember("state", .optional(memory.state?.rawValue)),
            JSONMember("since", .optional(memory.since.map(Timestamp.text))),
            JSONMember("first_check_at", .optional(memory.firstCheckAt.map(Timestamp.text))),
            JSONMember("state_seconds", .double(memory.stateSeconds)), JSONMember("stale", .bool(memory.isStale)),
            JSONMember("alarming", .bool(memory.isAlarming)),
            JSONMember("scheduler_seen", .bool(memory.hasSeenScheduler)),
            JSONMember("scheduler_told", .bool(memory.hasToldSick)),
            JSONMember("notice_seconds", .number(memory.secondsSinceNotice)),
            JSONMember("record_seconds", .number(memory.secondsSinceRecord)),
            JSONMember("sick_seconds", .number(memory.sickSeconds)),
            JSONMember("set_back_by", .double(memory.setBackSeconds)),
            JSONMember("set_back_seconds", .double(memory.secondsSinceSetBack)),
            JSONMember("known_stale", memory.wasKnownStale.map { .bool($0) } ?? .null),
            JSONMember("blind_seconds", .number(memory.blindSeconds)),
        ]
        if let journalReadAt { members.append(JSONMember("journal_read_at", .string(Timestamp.text(journalReadAt)))) }
        if let budgets = budgets.json { members.append(JSONMember("slo", budgets)) }
        if let time = memory.time { members.append(JSONMember("checked", Self.json(time))) }
        let sources = memory.sources.sorted { $0.key.rawValue < $1.key.rawValue }
        members.append(
            JSONMember("sources", .object(sources.map { JSONMember($0.key.rawValue, Self.json($0.value)) })))
        members.append(JSONMember("waiting", .array(waiting.map(\.json))))
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let isStale = json["stale"]?.bool, let isAlarming = json["alarming"]?.bool,
            let stateSeconds = json["state_seconds"]?.double, let sources = json["sources"]?.object
        else { return nil }
        memory.state = json["state"]?.string.flatMap(FreshnessState.init)
        memory.since = json["since"]?.string.flatMap(Timestamp.date)
        memory.firstCheckAt = json["first_check_at"]?.string.flatMap(Timestamp.date)
        memory.stateSeconds = stateSeconds
        memory.isStale = isStale
        memory.isAlarming = isAlarming
        memory.hasSeenScheduler = json["scheduler_seen"]?.bool ?? false
        memory.hasToldSick = json["scheduler_told"]?.bool ?? false
        memory.secondsSinceNotice = json["notice_seconds"]?.double
        memory.secondsSinceRecord = json["record_seconds"]?.double
        memory.sickSeconds = json["sick_seconds"]?.double
        memory.setBackSeconds = json["set_back_by"]?.double ?? 0
        memory.wasKnownStale = json["known_stale"]?.bool
        memory.blindSeconds = json["blind_seconds"]?.double
        memory.secondsSinceSetBack = json["set_back_seconds"]?.double ?? 0
        journalReadAt = json["journal_read_at"]?.string.flatMap(Timestamp.date)
        budgets = BudgetMemory(json: json["slo"])
        if let checked = json["checked"], let at = checked["at"]?.string.flatMap(Timestamp.date) {
            memory.time = CheckTime(now: at, uptime: checked["uptime"]?.double, bootID: checked["boot_id"]?.string)
        }
        for member in sources {
            guard let source = EvidenceSource(rawValue: member.name) else { continue }
            var seen = CheckMemory.Seen(
                key: member.value["key"]?.string, ageSeconds: member.value["age_seconds"]?.double,
                secondsSinceRead: member.value["read_seconds"]?.double ?? 0,
                isSetBack: member.value["set_back"]?.bool ?? false)
            // A file of an earlier version does not tell: a clock that was never seen to be put right is not trusted.
            seen.behindSeconds = member.value["behind_seconds"]?.double ?? (seen.ageSeconds == nil ? 1e9 : 0)
            seen.unsureSeconds = member.value["unsure_seconds"]?.double ?? 0
            memory.sources[source] = seen
        }
        waiting = (json["waiting"]?.array ?? []).compactMap(WaitingNotice.init(json:))
    }

    private static func json(_ time: CheckTime) -> JSONValue {
        [
            "at": .string(Timestamp.text(time.now)), "uptime": .number(time.uptime),
            "boot_id": .optional(time.bootID),
        ]
    }

    private static func json(_ seen: CheckMemory.Seen) -> JSONValue {
        [
            "key": .optional(seen.key), "age_seconds": .number(seen.ageSeconds),
            "read_seconds": .double(seen.secondsSinceRead), "set_back": .bool(seen.isSetBack),
            "behind_seconds": .double(seen.behindSeconds), "unsure_seconds": .double(seen.unsureSeconds),
        ]
    }
}

extension WaitingNotice {
    fileprivate var json: JSONValue {
        [
            "reason": .string(notice.reason.rawValue), "title": .string(notice.title), "body": .string(notice.body),
            "channels": .array(channels.map { .string($0.rawValue) }), "failures": .int(failures),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let reason = json["reason"]?.string.flatMap(NoticeReason.init), let title = json["title"]?.string,
            let body = json["body"]?.string, let channels = json["channels"]?.array
        else { return nil }
        notice = Notice(reason: reason, title: title, body: body)
        self.channels = channels.compactMap { $0.string.flatMap(NoticeChannel.init) }
        failures = json["failures"]?.int ?? 0
    }
}

extension JSONValue {
    fileprivate static func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
}
