// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON
import LocalOCI
import Testing

struct Scratch {
    @Test func `look at a year`() {
        let clock = ContinuousClock()
        var generator = FeedGenerator(seed: 1)
        let took = clock.measure { generator = FeedGenerator(seed: 1) }
        print("init", took)
        let polls = (0..<17_520).map { FeedGenerator.defaultStart.addingTimeInterval(Double($0) * 1_800) }
        var truth = FeedTruth()
        let took2 = clock.measure { truth = FeedTruth(of: generator, polls: polls) }
        print("year", took2)
        var types = Set<String>()
        _ = types.insert("")
        let first = generator.poll(at: polls[0])
        print(first.events.count, first.body.count)
        print(String(decoding: first.body.prefix(1500), as: UTF8.self))
        print(truth.ids.count, truth.revisionsPerPoll.reduce(0, +), truth.kinds.count { $0 == .filtered }, truth.kinds.count { $0 == .empty })
        var highest = 0
        var late = 0
        var index = 0
        for new in truth.newPerPoll {
            let slice = truth.ids[index..<index + new]
            late += slice.count { $0 < highest }
            highest = max(highest, slice.max() ?? 0)
            index += new
        }
        print("late", Double(late) / Double(truth.ids.count), "range", truth.ids.max()! - truth.ids.min()!)
        print(String(describing: truth.summary()["uniqueIds"]))
    }
}
