// SPDX-License-Identifier: MIT

/// What each run added to the totals of telemetry.
enum PointTotals {
    /// Replaces the totals of runs, which stand in the ledger's order, by what each added to those of the run before.
    ///
    /// The first one known adds nothing: nobody knows over how many runs it had grown. A total that is smaller than the
    /// one before began again at 0. Runs whose clock was ahead stand at no certain place and are passed over: the next
    /// one's difference holds what they added.
    static func differences(_ rows: inout [RunRow]) {
        var last: (posted: UInt32, dropped: UInt32)?
        for index in order(rows) {
            let total = (posted: rows[index].pointsPosted, dropped: rows[index].pointsDropped)
            (rows[index].pointsPosted, rows[index].pointsDropped) = (0, 0)
            guard !rows[index].isAhead, total.posted != RunRow.noTotal, total.dropped != RunRow.noTotal else {
                continue
            }
            if let last {
                let isNew = total.posted < last.posted || total.dropped < last.dropped
                rows[index].pointsPosted = isNew ? total.posted : total.posted - last.posted
                rows[index].pointsDropped = isNew ? total.dropped : total.dropped - last.dropped
            }
            last = total
        }
    }

    /// The order of writing: a run that ended in another month than it began was written among those of the next file.
    private static func order(_ rows: [RunRow]) -> [Int] {
        var order: [Int] = []
        var held: [Int] = []
        order.reserveCapacity(rows.count)
        for index in rows.indices {
            if rows[index].isAcrossMonths {
                held.append(index)
                held.sort { rows[$0].end < rows[$1].end }
                continue
            }
            while let first = held.first, rows[first].end <= rows[index].end {
                order.append(first)
                held.removeFirst()
            }
            order.append(index)
        }
        return order + held
    }
}
