// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Ledger

/// Planned work and notes, as the whole ledger has them.
struct LedgerBook: Sendable {
    /// The newest record of each id, in the order of their beginnings.
    private(set) var maintenance: [MaintenanceRecord] = []
    /// In the order of the instants they are about.
    private(set) var notes: [NoteRecord] = []

    init(maintenance: [MaintenanceRecord] = [], notes: [NoteRecord] = []) {
        var newest: [String: MaintenanceRecord] = [:]
        for record in maintenance { newest[record.id] = record }
        self.maintenance = newest.values.sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }
        self.notes = notes.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    init(_ ledger: RunLedger) throws(FileError) {
        var (maintenance, notes): ([MaintenanceRecord], [NoteRecord]) = ([], [])
        try ledger.scan { fact in
            switch fact {
            case .maintenance(let record): maintenance.append(record)
            case .note(let record): notes.append(record)
            default: break
            }
        }
        self.init(maintenance: maintenance, notes: notes)
    }

    /// Announced or under way.
    func open(at now: Date) -> [MaintenanceRecord] { maintenance.filter { $0.state(at: now).isOpen } }

    /// Those that share time with a record, itself and what was called off left out.
    func overlapping(_ record: MaintenanceRecord) -> [MaintenanceRecord] {
        maintenance.filter { other in
            guard other.id != record.id, !other.isCancelled else { return false }
            return other.startsAt < record.endsAt ?? .distantFuture && record.startsAt < other.endsAt ?? .distantFuture
        }
    }

    /// Actions that nobody has done yet, oldest first.
    var openActions: [NoteRecord] {
        let done = Set(notes.filter { $0.kind == .done }.map(\.id))
        return notes.filter { $0.kind == .action && !done.contains($0.id) }
    }

    /// 8 hex digits that stand for nothing yet.
    func newID(using random: inout some RandomNumberGenerator) -> String {
        let taken = Set(maintenance.map(\.id) + notes.map(\.id))
        while true {
            let digits = String(UInt32.random(in: .min ... .max, using: &random), radix: 16)
            let id = String(repeating: "0", count: 8 - digits.count) + digits
            if !taken.contains(id) { return id }
        }
    }
}

extension MaintenanceRecord {
    enum State: String, Sendable, Hashable {
        case planned, active, ended, cancelled

        var isOpen: Bool { self == .planned || self == .active }
    }

    func state(at now: Date) -> State {
        if isCancelled { return .cancelled }
        if let endsAt, endsAt <= now { return .ended }
        return startsAt <= now ? .active : .planned
    }
}
