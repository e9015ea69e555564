// SPDX-License-Identifier: MIT

import Files

extension Surroundings {
    /// Goes on as the user to whom `state`, a `state.path`, belongs where root has typed the command: one file of root's
    /// there, and no run of that user could begin any more. Comes before anything is made; what has been read so far
    /// was read as root.
    func leaveRoot(for state: String) throws(ExitStatus) {
        do throws(FileError) {
            guard let user = try becomeOwner(state) else { return }
            tell("polisen-collector: \(state) belongs to \(user): this goes on as that user, not as root")
        } catch {
            tell("polisen-collector: \(state) belongs to another user, whose runs root would be in the way of: \(error)")
            tell("type: runuser -u \(error.path) -- polisen-collector …")
            throw .denied
        }
    }
}
