// SPDX-License-Identifier: MIT

package import FoundationEssentials

/// What the next commit will store: observations and what they make of the index.
///
/// `seen` answers for keys this draft has not touched; it is handed to each call, so that a draft can be made again on a
/// later view of the archive.
package struct CommitDraft: Sendable {
    package private(set) var observations: [Observation] = []
    /// Runs whose answers this draft covers.
    package private(set) var runs: [String] = []
    private var entries: [String: SeenEntry] = [:]
    private var revisions: [Int] = []
    package private(set) var byteCount = 0

    package init() {}

    package var isEmpty: Bool { observations.isEmpty }

    /// What it will store. `unchanged` is not known here and 0.
    package var counts: AnswerCounts {
        var counts = AnswerCounts()
        for (observation, revision) in zip(observations, revisions) {
            switch observation.subject {
            case .event where revision == 0: counts.new += 1
            case .event: counts.revised += 1
            case .reject: counts.rejected += 1
            }
        }
        return counts
    }

    /// From each new event to its first sight, in seconds; a time in the future counts as now.
    ///
    /// - Parameter index: of the first observation that counts.
    package func lagSeconds(from index: Int = 0) -> [Int] {
        zip(observations[index...], revisions[index...]).compactMap { observation, revision in
            guard revision == 0, let time = observation.happenedAt else { return nil }
            return max(0, Int(observation.observedAt.timeIntervalSince1970) - time)
        }
    }

    /// How many elements it rejects, by problem.
    package var rejectProblems: [RejectProblem: Int] { rejectProblems(from: 0) }

    /// The same from the observation at `index` on.
    func rejectProblems(from index: Int) -> [RejectProblem: Int] {
        observations[index...].reduce(into: [:]) { counts, observation in
            if case .reject(let problem) = observation.subject { counts[problem, default: 0] += 1 }
        }
    }

    /// Takes over what `answer` shows that is neither in the archive nor in this draft.
    package mutating func add(
        _ answer: Answer, body: [UInt8], observedAt: Date, run: String, seen: (String) -> SeenEntry?
    ) -> AnswerCounts {
        var counts = AnswerCounts()
        runs.append(run)
        for event in answer.events {
            if event.isRepeated {
                counts.unchanged += 1
                continue
            }
            switch state(of: SeenKey.event(event.id), content: event.content, seen: seen) {
            case .known: counts.unchanged += 1
            case .new:
                counts.new += 1
                take(Observation(event, in: body, observedAt: observedAt), revision: 0)
            case .revised(let revision):
                counts.revised += 1
                take(Observation(event, in: body, observedAt: observedAt), revision: revision)
            }
        }
        for reject in answer.rejects {
            let observation = Observation(reject, in: body, observedAt: observedAt)
            guard entries[observation.key] == nil, seen(observation.key) == nil else { continue }
            counts.rejected += 1
            take(observation, revision: 0)
        }
        return counts
    }

    /// The same observations judged against another view: what somebody else has stored meanwhile falls out.
    package func rebased(seen: (String) -> SeenEntry?) -> CommitDraft {
        var draft = CommitDraft()
        draft.runs = runs
        for observation in observations {
            switch observation.subject {
            case .event(let content, _):
                switch draft.state(of: observation.key, content: content, seen: seen) {
                case .known: break
                case .new: draft.take(observation, revision: 0)
                case .revised(let revision): draft.take(observation, revision: revision)
                }
            case .reject:
                guard draft.entries[observation.key] == nil, seen(observation.key) == nil else { continue }
                draft.take(observation, revision: 0)
            }
        }
        return draft
    }

    /// The commit that claims `number`.
    package func commit(number: Int, run: String, at date: Date) -> Commit {
        var builder = CommitBuilder(number: number)
        for (observation, revision) in zip(observations, revisions) {
            builder.add(observation, revision: revision)
        }
        return builder.commit(run: run, runs: runs, at: date)
    }

    private enum State {
        case known, new
        case revised(Int)
    }

    private func state(of key: String, content: ContentHash, seen: (String) -> SeenEntry?) -> State {
        guard let known = entries[key] ?? seen(key) else { return .new }
        return known.content == content ? .known : .revised(known.revisions + 1)
    }

    private mutating func take(_ observation: Observation, revision: Int) {
        switch observation.subject {
        case .event(let content, _): entries[observation.key] = SeenEntry(content: content, revisions: revision)
        case .reject: entries[observation.key] = SeenEntry(content: nil, revisions: 0)
        }
        observations.append(observation)
        revisions.append(revision)
        byteCount += observation.bytes.count
    }
}
