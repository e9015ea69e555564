// SPDX-License-Identifier: MIT

/// What is still to happen, soonest first: a binary heap over (time, order of adding).
struct FeedAgenda: Sendable {
    enum Kind: Sendable {
        case publish
        case edit(EventEdit)
        case withdraw
        case hide(seconds: Int)
        case show(rank: Int)
        case touch
        case comeBack(EventEdit?)
    }

    struct Action: Sendable {
        let at: Int
        let order: Int
        let kind: Kind
        let serial: Int

        fileprivate func isBefore(_ other: Action) -> Bool { (at, order) < (other.at, other.order) }
    }

    private var heap: [Action] = []
    private var added = 0

    mutating func add(_ kind: Kind, serial: Int, at time: Int) {
        heap.append(Action(at: time, order: added, kind: kind, serial: serial))
        added += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the soonest action, if it is due by `time`.
    mutating func next(until time: Int) -> Action? {
        guard let first = heap.first, first.at <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least])
            {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
