// SPDX-License-Identifier: MIT

import FoundationEssentials

/// The spool's file in memory: what waits, what was counted, and what is to be written.
struct SpoolContents {
    /// Ascending by serial.
    private(set) var entries: [SpoolEntry] = []
    /// Not reported yet.
    private(set) var dropped = DropCounts()
    private(set) var breaker = Breaker()
    /// Lines that could not be read, those of earlier times included.
    private(set) var damaged = 0
    /// Lines to be kept aside with the next write.
    private(set) var unreadable: [ArraySlice<UInt8>] = []
    private(set) var next = 0
    /// Bytes of the file, of the entries in it, and lines to be added to it.
    private let fileBytes: Int
    private var liveBytes = 0
    private var pending: [UInt8] = []
    private var mustRewrite = false
    private var hasHead = false

    /// Above this, a file of which more than half is history is written anew.
    private static let roomyBytes = 32 << 10

    init(_ bytes: [UInt8]?, now: Date) {
        fileBytes = bytes?.count ?? 0
        for line in (bytes ?? []).split(separator: UInt8(ascii: "\n")) { read(line) }
        guard !hasHead else { return }
        // A file without its first line. Another process may still speak of serials of the one before: these are
        // above any of those, and stay exact as JSON numbers.
        next = max(next, now.spoolMilliseconds * 1000)
        mustRewrite = true
    }

    mutating func add(_ point: MetricPoint) {
        let entry = SpoolEntry(point, serial: next)
        next += 1
        entries.append(entry)
        liveBytes += entry.line.count + 1
        pending += entry.line + [UInt8(ascii: "\n")]
    }

    /// Notes what happened; it is on disk after the next `write`.
    mutating func note(_ event: SpoolEvent) {
        guard !event.isEmpty else { return }
        apply(event)
        pending += event.line()
    }

    /// A line that looked like a point turned out not to hold one: keeps it aside and counts it.
    mutating func discard(_ entry: SpoolEntry) {
        unreadable.append(entry.line)
        damaged += 1
        dropped[.encode] += 1
        remove([entry.serial...entry.serial])
        mustRewrite = true
    }

    /// Drops the oldest until the rest fits into `limit` bytes; those on their way last, since they may arrive.
    ///
    /// - Parameter spare: which may be dropped, and what for.
    mutating func fit(
        into limit: Int, for reason: DropReason = .spoolFull, dropping spare: (SpoolEntry) -> Bool = { _ in true }
    ) {
        guard liveBytes + Self.overhead > limit else { return }
        let order = entries.filter(spare)
            .sorted { ($0.isSending ? 1 : 0, $0.milliseconds) < ($1.isSending ? 1 : 0, $1.milliseconds) }
        var serials: [Int] = []
        var bytes = liveBytes + Self.overhead
        for entry in order where bytes > limit {
            serials.append(entry.serial)
            bytes -= entry.line.count + 1
        }
        var event = SpoolEvent()
        event.gone = SpoolEvent.ranges(serials)
        event.dropped[reason] = serials.count
        note(event)
    }

    /// How to bring the file up to date; nil: it is.
    func write(limit: Int) -> Write? {
        let size = fileBytes + pending.count
        if mustRewrite && !(pending.isEmpty && unreadable.isEmpty && entries.isEmpty) || size > limit
            || (size > Self.roomyBytes && liveBytes * 2 < size && !pending.isEmpty)
        {
            return .replace(encoded())
        }
        return pending.isEmpty ? nil : .append(pending)
    }

    enum Write {
        case append([UInt8])
        case replace([UInt8])
    }

    /// Room for lines that are no points, in a file that was just written.
    private static let overhead = 4096

    private func encoded() -> [UInt8] {
        var head = SpoolEvent()
        head.next = next
        (head.dropped, head.damaged) = (dropped, damaged)
        head.breaker = breaker == Breaker() ? nil : breaker
        var out = head.line()
        out.reserveCapacity(liveBytes + Self.overhead)
        for entry in entries { out += entry.line + [UInt8(ascii: "\n")] }
        var tail = SpoolEvent()
        tail.sending = SpoolEvent.ranges(entries.lazy.filter(\.isSending).map(\.serial))
        return tail.isEmpty ? out : out + tail.line()
    }

    private mutating func read(_ line: ArraySlice<UInt8>) {
        if line.first == UInt8(ascii: "{"), let event = SpoolEvent(line) {
            apply(event)
        } else if let entry = SpoolEntry(line) {
            // At the end, but where a serial has been damaged; two may be equal then.
            entries.insert(entry, at: firstIndex { $0 > entry.serial })
            liveBytes += line.count + 1
            next = max(next, entry.serial + 1)
        } else {
            unreadable.append(line)
            damaged += 1
            // A torn `{` line was no point; of anything else it must be feared.
            if line.first != UInt8(ascii: "{") { dropped[.encode] += 1 }
            mustRewrite = true
        }
    }

    private mutating func apply(_ event: SpoolEvent) {
        if let first = event.next, SpoolEntry.serials.contains(first) {
            next = max(next, first)
            hasHead = true
        }
        mark(event.sending, isSending: true)
        mark(event.unsent, isSending: false)
        remove(event.gone)
        dropped = dropped + event.dropped - event.taken
        if let breaker = event.breaker { self.breaker = breaker }
        damaged += event.damaged
    }

    private mutating func mark(_ ranges: [ClosedRange<Int>], isSending: Bool) {
        for range in ranges { for index in indices(range) { entries[index].isSending = isSending } }
    }

    private mutating func remove(_ ranges: [ClosedRange<Int>]) {
        for range in ranges {
            let indices = indices(range)
            for index in indices { liveBytes -= entries[index].line.count + 1 }
            entries.removeSubrange(indices)
        }
    }

    /// Where the serials of a range stand.
    private func indices(_ range: ClosedRange<Int>) -> Range<Int> {
        let start = firstIndex { $0 >= range.lowerBound }
        return start..<max(start, firstIndex { $0 > range.upperBound })
    }

    private func firstIndex(_ isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(entries[middle].serial) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
