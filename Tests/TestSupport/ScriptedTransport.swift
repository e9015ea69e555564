// SPDX-License-Identifier: MIT

import HTTPTypes
import Synchronization
package import Transport

/// An `HTTPTransport` that answers from a script and remembers every call made through it.
///
/// A call past the end of the script fails with `TransportError.unusable`, which names the call.
package final class ScriptedTransport: Sendable {
    /// What one call is answered with.
    package typealias Answer = Result<Reply, TransportError>
    /// Answers a call; the number counts calls from 0.
    package typealias Script = @Sendable (HTTPCall, Int) async throws(TransportError) -> Reply

    private let script: Script
    private let recorded = Mutex<[HTTPCall]>([])

    /// Answers the calls in the order they are made, one element each.
    package convenience init(_ answers: [Answer]) {
        self.init { (call, number) async throws(TransportError) -> Reply in
            guard answers.indices.contains(number) else {
                let request = call.request
                let target = "\(request.method) \(request.authority ?? "")\(request.path ?? "")"
                throw .unusable(detail: "the test's script has no reply for call \(number + 1): \(target)")
            }
            return try answers[number].get()
        }
    }

    /// Answers the calls with these replies, in the order they are made.
    package convenience init(replies: [Reply]) {
        self.init(replies.map(Answer.success))
    }

    /// Answers each call with what `script` makes of it.
    package init(answering script: @escaping Script) { self.script = script }

    /// The calls made so far, oldest first.
    package var calls: [HTTPCall] { recorded.withLock { $0 } }

    /// The transport to hand to the code under test.
    package var transport: HTTPTransport {
        HTTPTransport { (call) async throws(TransportError) -> Reply in
            let number = self.recorded.withLock { calls in
                calls.append(call)
                return calls.count - 1
            }
            return try await self.script(call, number)
        }
    }
}
