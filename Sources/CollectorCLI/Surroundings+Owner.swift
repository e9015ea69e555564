// SPDX-License-Identifier: MIT

import Files

extension Surroundings {
    /// Goes on as the user to whom `state`, a `state.path`, belongs where root has typed the command: one file of root's
    /// there, and no run of that user could begin any more. Comes before anything is made; what has been read so far
    /// was read as root.
    func leaveRoot(for state: String) throws(ExitStatus) {
        do throws(FileError) {
            guard let user = try becomeOwner(state) else { return }
            say("polisen-collector: \(state) belongs to \(user): this goes on as that user, not as root")
        } catch {
            say(
                "polisen-collector: \(state) belongs to \(error.path), whom files of root's would stop, and \(error.reason)"
            )
            tell("fix: runuser -u \(error.path) -- polisen-collector …")
            throw .denied
        }
    }

    private func say(_ text: String) { tell(wrapped(text, width: 80, indent: 4).joined(separator: "\n")) }
}
