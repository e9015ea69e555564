// SPDX-License-Identifier: MIT

import Dispatch
import Glibc

/// What the process does when it is told to end.
package enum ProcessSignals {
    /// Calls `body`, on a queue of its own, for each SIGTERM and SIGINT from now on; they end the process no more.
    ///
    /// - Returns: what must be kept for as long as `body` shall be called.
    package static func onTermination(_ body: @escaping @Sendable () -> Void) -> [any Sendable] {
        [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: body)
            ignore(number)
            source.resume()
            return Kept(source: source)
        }
    }

    /// Makes a write to a closed pipe an error of the write.
    package static func ignoreBrokenPipe() { ignore(SIGPIPE) }

    private static func ignore(_ number: Int32) {
        _ = signal(number, SIG_IGN)
    }

    // SAFETY: a dispatch source is thread-safe; it is only kept here.
    private final class Kept: @unchecked Sendable {
        private let source: any DispatchSourceSignal

        init(source: any DispatchSourceSignal) { self.source = source }

        deinit { source.cancel() }
    }
}
