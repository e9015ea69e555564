// SPDX-License-Identifier: MIT

import Collector
import Files
import FoundationEssentials
import Ledger
import Transport

/// One run of another program: the child first, the account of it afterwards.
struct ExecRun {
    private let job: String
    private let order: ChildProcess.Order
    private let allowParallel: Bool
    private let surroundings: Surroundings
    private let configuration: Configuration?
    private let state: StatePaths?
    private let startedAt: Date

    init(_ command: ExecCommand, _ order: ChildProcess.Order, _ surroundings: Surroundings) {
        job = command.job
        self.order = order
        allowParallel = command.allowParallel
        self.surroundings = surroundings
        let configuration = command.readConfiguration(in: surroundings)
        self.configuration = configuration
        state = configuration.map { JobPlace.state(command.job, $0, environment: surroundings.environment) }
        startedAt = (configuration?.clock.map(TimeSource.moved) ?? .live).now()
    }

    /// Runs it and returns the exit code. The job's time is over before metrics are told: the next run need not wait.
    func run() async -> Int32 {
        let (code, closed) = account()
        if let closed { await closed.account.post(isUrged: closed.isUrged) }
        return code
    }

    /// A run whose record is written.
    private struct Closed {
        let account: JobAccount
        let record: RunRecord
        /// It was told to end.
        var isUrged = false
    }

    private func account() -> (code: Int32, closed: Closed?) {
        var lock: FileLock?
        if let state {
            do throws(FileError) {
                lock = try FileLock.tryAcquire(state.lock)
                if lock == nil, !allowParallel { return skip(state) }
            } catch {
                // No account is a smaller evil than no work.
                surroundings.tell("polisen-collector exec: \(error); the command runs, without a lock")
            }
        }
        defer { lock?.release() }
        var (order, account): (ChildProcess.Order, JobAccount?) = (order, nil)
        order.lock = lock
        let result: Result<ChildProcess.End, FileError>
        do throws(FileError) {
            result = .success(
                try ChildProcess.run(order) { _ in account = begin(isLocked: lock != nil) })
        } catch {
            result = .failure(error)
        }
        return end(result, account ?? begin(isLocked: lock != nil))
    }

    private func begin(isLocked: Bool) -> JobAccount? {
        var account = newAccount
        account?.begin(isLocked: isLocked)
        return account
    }

    private var newAccount: JobAccount? {
        guard let configuration else { return nil }
        return JobAccount(
            job: job, configuration: configuration, startedAt: startedAt, environment: surroundings.environment,
            tell: surroundings.tell)
    }

    private func skip(_ state: StatePaths) -> (code: Int32, closed: Closed?) {
        let code = RunFailure.Exit.temporary.rawValue
        surroundings.tell(
            "polisen-collector exec: job \(job) is running already (\(state.lock)): skipped; --allow-parallel runs it anyway"
        )
        guard let account = newAccount else { return (Int32(code), nil) }
        var record = account.record
        record.execution = .init(program: order.command.first ?? "")
        record.outcome = .skipped
        record.skipReason = .locked
        record.error = RunRecord.Failure(
            type: "locked", message: "job \(job) is running already and holds \(state.lock): it is left to finish",
            stage: nil, exitCode: code)
        return (Int32(code), Closed(account: account, record: account.close(record)))
    }

    private func end(
        _ result: Result<ChildProcess.End, FileError>, _ account: JobAccount?
    ) -> (code: Int32, closed: Closed?) {
        switch result {
        case .success(let end):
            for loss in end.losses { surroundings.tell("polisen-collector exec: \(loss)") }
            let failure = ExecFailure(end, timeout: order.timeout, wasOOM: account?.sawOOMKill ?? false)
            let code = failure?.exitCode ?? 0
            let isUrged = end.forwarded.contains { [1, 2, 3, 15].contains($0) }
            return (code, account.map { closed($0, isUrged: isUrged) { describe(end, failure, in: &$0) } })
        case .failure(let error):
            let failure = NotStarted(error, order.command, path: surroundings.environment["PATH"])
            surroundings.tell("polisen-collector exec: \(failure.message)")
            let closed = account.map { account in
                self.closed(account) { record in
                    record.outcome = .failed
                    record.error = failure.record
                }
            }
            return (failure.exitCode, closed)
        }
    }

    private func closed(
        _ account: JobAccount, isUrged: Bool = false, _ describe: (inout RunRecord) -> Void
    ) -> Closed {
        var record = account.record
        record.execution = .init(program: order.command.first ?? "")
        describe(&record)
        return Closed(account: account, record: account.close(record), isUrged: isUrged)
    }

    private func describe(_ end: ChildProcess.End, _ failure: ExecFailure?, in record: inout RunRecord) {
        record.cpuSeconds = end.cpuSeconds
        record.peakMemoryBytes = end.peakMemoryBytes
        record.execution?.isTimedOut = end.isTimedOut
        record.execution?.outputBytes = end.tail.totalBytes
        switch end.cause {
        case .exited(let status): record.execution?.exitStatus = Int(status)
        case .signalled(let number, _): record.execution?.signal = Int(number)
        }
        guard let failure else {
            record.outcome = .success
            return
        }
        record.outcome = failure.isKill ? .killed : .failed
        record.error = failure.record
        guard order.keepsTail, end.tail.totalBytes > 0 else { return }
        record.execution?.outputTail = Redaction(environment: surroundings.environment).tail(
            of: end.tail.bytes, isCut: end.tail.totalBytes > end.tail.bytes.count)
    }
}

extension ExecCommand {
    /// The configuration; where it is wrong that is told, and what is known of it used.
    fileprivate func readConfiguration(in surroundings: Surroundings) -> Configuration? {
        let flags = [
            ("job", job, "--job"), ("state.path", statePath, "--state-path"), ("log.target", logTarget, "--log-target"),
        ]
        .compactMap { key, text, name in text.map { ConfigurationFlag(key: key, text: $0, name: name) } }
        do throws(ConfigurationError) {
            return try Choices(config: config, flags: flags).configuration(in: surroundings, for: .reading)
        } catch {
            surroundings.tell(error.description)
            surroundings.tell("polisen-collector exec: the command runs with the defaults instead")
            var known = [ConfigurationFlag(key: "job", text: job, name: "--job")]
            if let path = error.statePath { known.append(.init(key: "state.path", text: path, name: "--state-path")) }
            // Losing the second error is right: the first has been told, and the command runs in any case.
            return try? Configuration(flags: known, environment: [:], file: nil, for: .reading)
        }
    }
}
