// SPDX-License-Identifier: MIT

import CCurl

/// What waits for a transfer's result.
typealias TransferContinuation = CheckedContinuation<Result<Reply, TransportError>, Never>

/// A transfer asked for and not yet begun.
struct PendingTransfer: Sendable {
    let id: Int
    let call: HTTPCall
    let continuation: TransferContinuation
}

/// The transfers under way and the multi handle that moves them.
///
/// SAFETY: `wakeUp` may be called from any thread (curl_multi_wakeup(3)). All else is called by `CurlEngine.drive`
/// alone, of which one runs at a time on one serial queue.
final class TransferLoop: @unchecked Sendable {
    private struct Running {
        let id: Int
        let transfer: Transfer
        let continuation: TransferContinuation
    }

    private static let keptConnections = 32

    private let settings: TransferSettings
    private let multi: MultiHandle
    private let sessions: SessionShare
    /// By the address of the libcurl handle.
    private var running: [UInt: Running] = [:]

    init(_ settings: TransferSettings) throws(TransportError) {
        self.settings = settings
        multi = try MultiHandle(settings.library)
        sessions = try SessionShare(settings.library)
        // libcurl's own limit follows the transfers under way, and so closes connections the next requests could use.
        try multi.set(CURLMOPT_MAXCONNECTS, to: Self.keptConnections)
    }

    var isIdle: Bool { running.isEmpty }

    /// Begins a transfer; one that cannot begin ends at once.
    func begin(_ pending: PendingTransfer) {
        do throws(TransportError) {
            let transfer = try Transfer(pending.call, settings)
            try sessions.join(transfer.easy)
            try multi.add(transfer.easy)
            running[transfer.easy.address] = Running(
                id: pending.id, transfer: transfer, continuation: pending.continuation)
        } catch {
            pending.continuation.resume(returning: .failure(error))
        }
    }

    /// Ends the transfers of cancelled tasks.
    func cancel(_ ids: Set<Int>) {
        guard !ids.isEmpty else { return }
        for (address, one) in running where ids.contains(one.id) { end(address, with: .failure(.cancelled)) }
    }

    /// Moves the transfers on and ends those that are over.
    func advance() {
        do throws(TransportError) {
            try multi.perform()
            while let (address, code) = multi.nextFinished() {
                guard let one = running[address] else { continue }
                end(address, with: one.transfer.result(of: code))
            }
        } catch {
            for address in running.keys { end(address, with: .failure(error)) }
        }
    }

    /// Waits until there is something to do.
    func wait() {
        do throws(TransportError) {
            try multi.wait()
        } catch {
            for address in running.keys { end(address, with: .failure(error)) }
        }
    }

    /// Ends the present or next `wait`. Any thread may call it.
    func wakeUp() {
        // Fails only when the loop's own socket pair is full, and then the loop is awake already.
        try? multi.wakeUp()
    }

    private func end(_ address: UInt, with result: Result<Reply, TransportError>) {
        guard let one = running.removeValue(forKey: address) else { return }
        do throws(TransportError) {
            try multi.remove(one.transfer.easy)
            one.continuation.resume(returning: result)
        } catch {
            one.continuation.resume(returning: .failure(error))
        }
    }
}
