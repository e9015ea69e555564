// SPDX-License-Identifier: MIT

package import Files
package import OCI

/// Why the archive could not be read or written.
package enum ArchiveError: Error, Sendable {
    case file(FileError)
    case service(OCIError)
    /// An object is there and is not what it should be.
    case damaged(object: String, problem: String)
    /// An object was written by a later version of this program.
    case newer(object: String, schema: Int)
    /// The place holds something that is neither our archive nor a predecessor's.
    case foreign(place: String, examples: [String])
    /// Other writers were faster, time and again.
    case contended(object: String, attempts: Int)
    /// The run was told to stop before the commit was claimed.
    case stopped
}

extension ArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .service(let error): error.description
        case .damaged(let object, let problem):
            "\(object) in the archive is damaged: \(problem); \(Self.remedy(object))"
        case .newer(let object, let schema):
            "\(object) has schema \(schema), which is newer than this version of polisen-collector reads; upgrade it"
        case .foreign(let place, let examples):
            "\(place) holds something else (\(examples.joined(separator: ", "))): it is left alone; "
                + "name an empty place, or a predecessor's, in archive.path or oci.bucket"
        case .contended(let object, let attempts):
            "\(object) was changed by other writers \(attempts) times in a row; look for a second collector"
        case .stopped: "the run was told to stop before anything was committed: the next run stores it"
        }
    }

    /// Commits and the predecessor's ids are what all else is made from: no command can make them again.
    private static func remedy(_ object: String) -> String {
        if object == Predecessor.seenObject {
            return "restore it from a copy, or move it away: the ids are then taken from events/"
        }
        if object.hasPrefix("commits/") {
            return "restore it from a copy or an earlier version: everything else is made from the commits"
        }
        return "run `polisen-collector archive verify`, then `archive repair`"
    }
}
