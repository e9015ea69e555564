// SPDX-License-Identifier: MIT

import Collector
import Files
import Logging
import OCI

extension Choices {
    /// The assembly for a command that works; what is wrong has been told when this throws.
    ///
    /// - Parameters:
    ///   - job: that `exec` runs, if the command is about one: root's own stay root's.
    ///   - onRefusal: what else to do about a configuration that is refused.
    func live(
        in surroundings: Surroundings, for use: Configuration.Use, job: String? = nil,
        onRefusal: (ConfigurationError) -> Void = { _ in }
    ) throws(ExitStatus) -> Live {
        ProcessSignals.ignoreBrokenPipe()
        do throws(CryptoError) {
            try Digest.require()
        } catch {
            surroundings.tell("polisen-collector: libcrypto cannot be used: \(error)")
            throw .unavailable
        }
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try self.configuration(in: surroundings, for: use)
        } catch {
            surroundings.tell(error.description)
            surroundings.tell("failed (configuration): nothing was done; correct the above and run again")
            onRefusal(error)
            throw .configuration
        }
        let place = job.map { JobPlace.state($0, configuration, environment: surroundings.environment).root }
        try surroundings.leaveRoot(for: place ?? configuration.statePath)
        let live = Live(configuration, environment: surroundings.environment)
        for warning in configuration.warnings {
            live.log.logger.warning("configuration has no effect", metadata: ["problem": "\(warning)"])
        }
        return live
    }
}

extension GlobalOptions {
    /// See `Choices.live`.
    func live(in surroundings: Surroundings, for use: Configuration.Use) throws(ExitStatus) -> Live {
        try choices.live(in: surroundings, for: use)
    }
}
