// SPDX-License-Identifier: MIT

import Dispatch
import Glibc
import Synchronization

/// What the process does when it is told to end.
package enum ProcessSignals {
    /// Calls `body`, on a queue of its own, for each SIGTERM, SIGINT and SIGHUP from now on; they end the process no
    /// more. SIGHUP stays ignored where the parent asked for that (nohup).
    ///
    /// - Returns: what must be kept for as long as `body` shall be called.
    package static func onTermination(_ body: @escaping @Sendable () -> Void) -> [any Sendable] {
        [SIGTERM, SIGINT, SIGHUP].compactMap { number in
            if number == SIGHUP, isIgnored(number) { return nil }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: body)
            ignore(number)
            source.resume()
            return Kept(source: source)
        }
    }

    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        // Handlers are compared by their address; SIG_IGN is 1.
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    /// Makes a write to a closed pipe an error of the write.
    package static func ignoreBrokenPipe() {
        // The first call sees what the parent has asked for; later ones see this one's work.
        if brokenPipe.load(ordering: .relaxed) == 0 {
            brokenPipe.store(isIgnored(SIGPIPE) ? 2 : 1, ordering: .relaxed)
        }
        ignore(SIGPIPE)
    }

    /// Whether SIGPIPE was ignored when the process began, as systemd does for its services.
    static var wasBrokenPipeIgnored: Bool { brokenPipe.load(ordering: .relaxed) == 2 }

    /// 0: nobody has looked; 1: it was not ignored; 2: it was.
    private static let brokenPipe = Atomic<Int>(0)

    static func ignore(_ number: Int32) {
        _ = signal(number, SIG_IGN)
    }

    // SAFETY: a dispatch source is thread-safe; it is only kept here.
    private final class Kept: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(source: any DispatchSourceSignal) { self.source = source }

        deinit { source.cancel() }
    }
}
