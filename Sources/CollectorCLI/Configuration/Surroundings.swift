// SPDX-License-Identifier: MIT

import Files

/// What the commands about configuration touch of the world outside, handed in so that tests need no process.
struct Surroundings: Sendable {
    var environment: [String: String]
    /// The whole file, at most `ConfigurationFile.limitBytes`; nil where there is none.
    var readFile: @Sendable (String) throws(FileError) -> [UInt8]?
    /// Creates a file durably; false where there is one already.
    var createFile: @Sendable (String, [UInt8]) throws(FileError) -> Bool
    var write: @Sendable ([UInt8], StandardStream) throws(FileError) -> Void
    /// Makes root the owner of a place; the name, where that changed something.
    var becomeOwner: @Sendable (_ place: String) throws(FileError) -> String? = { _ in nil }
}

extension Surroundings {
    /// Writes the answer to standard output; the status says whether that worked.
    func answer(_ text: String, status: ExitStatus = .ok) -> ExitStatus {
        do throws(FileError) {
            try write(Array((text + "\n").utf8), .output)
            return status
        } catch {
            if !error.isBrokenPipe { tell("polisen-collector: \(error)") }
            return .cannotWrite
        }
    }

    /// Writes a line to standard error; one that cannot be written has nowhere else to go.
    func tell(_ line: String) {
        do throws(FileError) {
            try write(Array((line + "\n").utf8), .error)
        } catch {
            return
        }
    }
}
