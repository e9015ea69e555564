// SPDX-License-Identifier: MIT

/// The source's inner state, driven forward event by event.
///
/// A value: copying it is a snapshot. It never looks at a clock; `advance` is told how far to go. Seconds count from 1970.
struct FeedTimeline: Sendable {
    /// One event that came into being.
    struct Record: Sendable {
        let created: Int
        /// Whose text it has; differs from its own serial for a twin.
        let contentSerial: Int
        var id = 0
        var published = 0
        var edits: [EventEdit] = []
        var isWithdrawn = false
        let isUnlisted: Bool
    }

    /// A line of the list; the highest rank stands on top.
    struct Entry: Sendable {
        var rank: Int
        let serial: Int
        /// Raised to the top when it was old already; few of these may stand in the list at a time.
        var isSenior: Bool
        /// Rendered when first shown.
        var bytes: [UInt8]?
    }

    /// One content of one event, from the moment it holds.
    struct Change: Sendable {
        let serial: Int
        let at: Int
        /// So many of the record's edits are in it.
        let edits: Int
    }

    /// What stands in the list, with spare lines below that fill up when one above is withdrawn.
    private(set) var entries: [Entry] = []
    private(set) var records: [Record] = []
    private(set) var changes: [Change] = []
    /// Goes up with every change of the list.
    private(set) var version = 0 {
        didSet { changed = acting }
    }
    /// When the list last changed.
    private(set) var changed = 0
    /// The instant of the action being performed.
    private var acting = 0

    private let seed: UInt64
    private let writer: EventWriter
    private let rhythm: FeedRhythm
    private var agenda = FeedAgenda()
    private var hour: Int
    /// The first second that has not happened yet.
    private var next: Int
    private var highestID: Int
    private var skippedIDs: [(id: Int, since: Int)] = []
    private var ids: SeededRandom

    static let length = 500
    private static let spare = 200
    private static let maxSeniors = 3

    /// A timeline at `start`, before its first event; advance it some weeks before showing anything.
    init(seed: UInt64, start: Int) {
        self.seed = seed
        writer = EventWriter(seed: seed)
        rhythm = FeedRhythm(seed: seed)
        hour = start.flooredDivision(by: 3_600)
        next = hour * 3_600
        highestID = 400_000 + (hour - 464_000) * 6
        ids = SeededRandom(seed: seed, stream: 51, index: 0)
    }

    /// Lets everything happen that is due until `time`, inclusive.
    mutating func advance(to time: Int) {
        while next <= time {
            if next.flooredDivision(by: 3_600) == hour { bear() }
            let end = min(hour * 3_600 - 1, time)
            while let action = agenda.next(until: end) {
                acting = action.at
                perform(action)
            }
            next = end + 1
        }
    }

    /// How far it has been advanced.
    var now: Int { next - 1 }

    /// The list as it stands; renders what was never shown before.
    mutating func shown() -> [(serial: Int, bytes: [UInt8])] {
        entries.indices.prefix(Self.length).map { index in
            if let bytes = entries[index].bytes { return (entries[index].serial, bytes) }
            let bytes = json(serial: entries[index].serial)
            entries[index].bytes = bytes
            return (entries[index].serial, bytes)
        }
    }

    /// The element for an event after its first `edits` edits; all of them where nil.
    func json(serial: Int, edits: Int? = nil) -> [UInt8] {
        let record = records[serial]
        let applied = edits.map { Array(record.edits.prefix($0)) } ?? record.edits
        return writer.content(serial: record.contentSerial, created: record.created, edits: applied).json(id: record.id)
    }

    /// Events of the given types, newest first, at most 500 and half a year old: what a filtered answer shows.
    func filtered(kinds: Set<Int>) -> [Int] {
        var found: [Int] = []
        for serial in records.indices.reversed() {
            let record = records[serial]
            if record.created < now - 180 * 86_400 { break }
            guard record.id != 0, !record.isWithdrawn,
                kinds.contains(
                    writer.kind(serial: record.contentSerial, created: record.created, edits: record.edits))
            else { continue }
            found.append(serial)
            if found.count == Self.length { break }
        }
        return found
    }

    // MARK: Births

    private mutating func bear() {
        for created in rhythm.births(hour: hour) {
            let serial = records.count
            let fate = EventFate(seed: seed, serial: serial)
            records.append(Record(created: created, contentSerial: serial, isUnlisted: fate.isUnlisted))
            agenda.add(.publish, serial: serial, at: created + fate.publishDelay)
            guard fate.hasTwin else { continue }
            records.append(Record(created: created, contentSerial: serial, isUnlisted: false))
            agenda.add(.publish, serial: serial + 1, at: created + fate.publishDelay + 5)
        }
        hour += 1
    }

    private mutating func takeID(isLate: Bool, at time: Int) -> Int {
        if isLate, let last = skippedIDs.lastIndex(where: { $0.since <= time - 2_700 }) {
            return skippedIDs.remove(at: ids.int(max(0, last - 80)...last)).id
        }
        let gap: Int =
            switch ids.unit() {
            case ..<0.60: 1
            case ..<0.78: 2
            case ..<0.90: ids.int(3...5)
            case ..<0.98: ids.int(4...10)
            default: ids.int(8...16)
            }
        for skipped in 1..<gap { skippedIDs.append((highestID + skipped, time)) }
        if skippedIDs.count > 400 { skippedIDs.removeFirst(skippedIDs.count - 300) }
        highestID += gap
        return highestID
    }

    // MARK: Actions

    private mutating func perform(_ action: FeedAgenda.Action) {
        guard !records[action.serial].isWithdrawn else { return }
        switch action.kind {
        case .publish: publish(action)
        case .edit(let edit): change(action, edit)
        case .withdraw:
            records[action.serial].isWithdrawn = true
            remove(action.serial)
        case .hide(let until):
            if let rank = remove(action.serial)?.rank {
                agenda.add(.show(rank: rank), serial: action.serial, at: action.at + until)
            }
        case .show(let rank): if index(of: action.serial) == nil { insert(action.serial, rank: rank) }
        case .touch: if index(of: action.serial) != nil { raise(action, then: nil) }
        case .comeBack(let edit): raise(action, then: edit)
        }
    }

    private mutating func publish(_ action: FeedAgenda.Action) {
        let fate = EventFate(seed: seed, serial: action.serial)
        records[action.serial].id = takeID(isLate: fate.isLate, at: action.at)
        records[action.serial].published = action.at
        changes.append(Change(serial: action.serial, at: action.at, edits: 0))
        guard !records[action.serial].isUnlisted else { return }
        insert(action.serial, rank: fate.isPlacedByAge ? records[action.serial].created : action.at)
        for (after, edit) in fate.edits { agenda.add(.edit(edit), serial: action.serial, at: action.at + after) }
        if let after = fate.withdrawnAfter { agenda.add(.withdraw, serial: action.serial, at: action.at + after) }
        if let hidden = fate.hidden {
            agenda.add(
                .hide(seconds: hidden.upperBound - hidden.lowerBound), serial: action.serial,
                at: action.at + hidden.lowerBound)
        }
        if let after = fate.touchedAfter { agenda.add(.touch, serial: action.serial, at: action.at + after) }
        if let after = fate.returnsAfter {
            agenda.add(.comeBack(fate.returnEdit), serial: action.serial, at: action.at + after)
        }
    }

    /// Coordinates are corrected in place, everything else brings the event to the top.
    private mutating func change(_ action: FeedAgenda.Action, _ edit: EventEdit) {
        guard edit == .gpsNoise else { return raise(action, then: edit) }
        guard let index = index(of: action.serial) else { return }
        apply(edit, to: action)
        entries[index].bytes = nil
        version += 1
    }

    private mutating func raise(_ action: FeedAgenda.Action, then edit: EventEdit?) {
        let isOld = action.at - records[action.serial].created > 6 * 86_400
        if isOld, entries.prefix(Self.length).count(where: \.isSenior) >= Self.maxSeniors {
            agenda.add(action.kind, serial: action.serial, at: action.at + 86_400)
            return
        }
        if let edit { apply(edit, to: action) }
        let kept = remove(action.serial)
        insert(action.serial, rank: action.at, isSenior: isOld, bytes: edit == nil ? kept?.bytes : nil)
    }

    private mutating func apply(_ edit: EventEdit, to action: FeedAgenda.Action) {
        records[action.serial].edits.append(edit)
        changes.append(
            Change(serial: action.serial, at: action.at, edits: records[action.serial].edits.count))
    }

    // MARK: The list

    private func index(of serial: Int) -> Int? { entries.firstIndex { $0.serial == serial } }

    @discardableResult private mutating func remove(_ serial: Int) -> Entry? {
        guard let index = index(of: serial) else { return nil }
        version += 1
        return entries.remove(at: index)
    }

    private mutating func insert(_ serial: Int, rank: Int, isSenior: Bool = false, bytes: [UInt8]? = nil) {
        let place = entries.firstIndex { $0.rank <= rank } ?? entries.count
        guard place < Self.length + Self.spare else { return }
        entries.insert(Entry(rank: rank, serial: serial, isSenior: isSenior, bytes: bytes), at: place)
        if entries.count > Self.length + Self.spare { entries.removeLast() }
        version += 1
    }
}
