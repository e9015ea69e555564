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
            "\(object) in the archive is damaged: \(problem); run `polisen-collector archive verify`, then `archive repair`"
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
}
