// SPDX-License-Identifier: MIT

import Foundation
import JSON
import LocalOCI
import TestSupport
import Testing

/// A cloud, its feed and a clock that a test moves on from run to run.
struct EndToEndWorld {
    let cloud: EndToEndCloud
    let backend: EndToEndBackend
    private(set) var witness: FeedWitness
    private(set) var now = EndToEndCloud.start
    private var answer: FeedGenerator.Answer?

    init(_ cloud: EndToEndCloud, _ backend: EndToEndBackend, seed: UInt64) {
        self.cloud = cloud
        self.backend = backend
        witness = FeedWitness(seed: seed)
    }

    /// Lets an hour pass; the feed's answer does not change until the next.
    mutating func advance(minutes: Double = 60) async throws {
        now.addTimeInterval(minutes * 60)
        try await cloud.set(now)
        answer = witness.show(at: now)
    }

    /// Lets time pass until the feed's whole list shows something that no run has stored yet.
    mutating func advanceToNews() async throws {
        repeat { try await advance() } while !(answer.map { $0.kind == .normal && witness.isNews($0) } ?? false)
    }

    func environment(_ state: String = "state", _ others: [String: String] = [:]) -> [String: String] {
        cloud.environment(backend, state: state, at: now, others)
    }

    func start(_ state: String = "state", _ others: [String: String] = [:]) throws -> CollectorProcess {
        try .start(environment(state, others), in: cloud.directory)
    }

    /// Takes note of how a run ended; one that ended well has stored what it was shown.
    mutating func note(_ end: CollectorProcess.End) {
        guard end.status == 0, let answer else { return }
        witness.assure(answer)
    }

    /// A run that must end well, but for an empty answer.
    @discardableResult
    mutating func collect(
        _ state: String = "state", _ others: [String: String] = [:], _ location: SourceLocation = #_sourceLocation
    ) async throws -> CollectorProcess.End {
        let end = try await start(state, others).end()
        note(end)
        let expected: Int32 = answer?.kind == .empty ? 65 : 0
        #expect(end.status == expected, Comment(rawValue: end.output + end.errors), sourceLocation: location)
        return end
    }

    /// What is wrong with the archive as it lies there now.
    func witnessed() throws -> [String] { try witness.problems(in: EndToEndArchive(backend, of: cloud)) }

    /// Runs until an answer is the whole list, then reads the archive.
    mutating func settle() async throws {
        repeat {
            try await advance()
            try await collect()
        } while answer?.kind != .normal
        try await expectExactlyOnce(backend, of: cloud, witness)
    }
}
