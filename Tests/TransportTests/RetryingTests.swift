// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import Transport

@Suite struct RetryingTests {
    private let time = ManualTime()
    private static let failure = TransportError.interrupted(host: "h", receivedBytes: 0, detail: "reset")

    /// Runs attempts that fail until number `succeedsAt`; the attempts made and the failure, if it ended in one.
    private func run(
        _ policy: RetryPolicy, deadline: Duration = .seconds(600), succeedsAt: Int,
        judge: (TransportError) -> RetryDecision = { _ in .retry() },
        beforeWait: (RetryWait<TransportError>) -> Void = { _ in }
    ) async -> (made: [Int], failure: TransportError?) {
        var made: [Int] = []
        do throws(TransportError) {
            let value = try await policy.retrying(
                time: time.source, deadline: deadline, using: SeededGenerator(seed: 1), judge: judge,
                beforeWait: beforeWait
            ) { (number) async throws(TransportError) -> Int in
                made.append(number)
                guard number >= succeedsAt else { throw Self.failure }
                return number
            }
            #expect(value == succeedsAt)
            return (made, nil)
        } catch {
            return (made, error)
        }
    }

    @Test func `a success ends it without a wait`() async {
        let (made, failure) = await run(.standard, succeedsAt: 1)
        #expect(made == [1])
        #expect(failure == nil)
        #expect(time.sleeps.isEmpty)
    }

    @Test func `attempts go on after waits of the policy, each announced`() async {
        var waits: [RetryWait<TransportError>] = []
        let (made, failure) = await run(.standard, succeedsAt: 4, beforeWait: { waits.append($0) })
        #expect(made == [1, 2, 3, 4])
        #expect(failure == nil)
        #expect(waits.map(\.attempt) == [1, 2, 3])
        #expect(waits.map(\.delay) == time.sleeps)
        #expect(waits.map(\.failure) == [Self.failure, Self.failure, Self.failure])
        #expect(zip(time.sleeps, [1, 2, 4]).allSatisfy { $0 >= .seconds($1) && $0 <= .seconds($1 + 1) })
    }

    @Test func `attempts run out`() async {
        let (made, failure) = await run(.standard, succeedsAt: 99)
        #expect(made == Array(1...8))
        #expect(failure == Self.failure)
        #expect(time.sleeps.count == 7)
    }

    @Test func `a policy of one attempt never waits`() async {
        let (made, _) = await run(.never, succeedsAt: 2)
        #expect(made == [1])
        #expect(time.sleeps.isEmpty)
    }

    @Test func `a failure that cannot pass ends it`() async {
        let (made, failure) = await run(.standard, succeedsAt: 2, judge: { _ in .giveUp })
        #expect(made == [1])
        #expect(failure == Self.failure)
    }

    @Test func `what the server asks for is waited`() async {
        _ = await run(.standard, succeedsAt: 2, judge: { _ in .retry(after: .seconds(40)) })
        #expect(time.sleeps == [.seconds(40)])
    }

    @Test func `no wait reaches the deadline`() async {
        let policy = RetryPolicy(attempts: 9, cap: .seconds(10), floor: .seconds(10))
        time.advance(by: .seconds(100))
        let (made, failure) = await run(policy, deadline: .seconds(130), succeedsAt: 99)
        #expect(made == [1, 2, 3])
        #expect(failure == Self.failure)
        #expect(time.uptime == .seconds(120))
    }

    @Test func `cancellation during a wait ends it with the last failure`() async {
        let time = time
        let (made, failure) = await withTaskGroup(of: (made: [Int], failure: TransportError?).self) { group in
            group.addTask { await run(.standard, succeedsAt: 3) }
            group.cancelAll()
            return await group.next() ?? ([], nil)
        }
        #expect(made == [1])
        #expect(failure == Self.failure)
        #expect(time.sleeps.isEmpty)
    }
}
