// SPDX-License-Identifier: MIT

package import JSON

/// Why a line of a ledger is no record this program can read.
package enum RecordError: Error, Sendable, Hashable {
    /// Not one whole JSON text: usually torn by a crash.
    case notJSON(JSONError)
    /// Written by a newer version of the program.
    case newerSchema(Int)
    /// A member that is missing or holds what it may not hold.
    case invalid(member: String)
}

extension RecordError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notJSON(let error): "\(error); most likely a crash tore the line, the others are not touched by it"
        case .newerSchema(let schema):
            "the record has schema \(schema), this version reads up to \(RunRecord.schema); use a newer version"
        case .invalid(let member): "member \(member) is missing or not valid; look at what wrote the line"
        }
    }
}
