// SPDX-License-Identifier: MIT

package import JSON

/// Something in an archive that is not as it should be.
package struct ArchiveProblem: Sendable, Hashable {
    package let kind: Kind
    /// Name of the object, or of the first of several.
    package let object: String
    /// What is wrong with it.
    package let what: String

    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A number without a commit.
        case commitMissing = "commit_missing"
        case commitDamaged = "commit_damaged"
        /// Written by a later version of this program.
        case newer
        /// An event, a revision or a reject stored more than once.
        case duplicate
        /// The revisions of an event do not count 1, 2, 3.
        case revisionOrder = "revision_order"
        /// A revision that says what the event said before.
        case revisionUnchanged = "revision_unchanged"
        /// A file that follows from a commit is not there.
        case fileMissing = "file_missing"
        /// A file is not the slice of its commit.
        case fileDifferent = "file_different"
        case shardMissing = "shard_missing"
        case shardDamaged = "shard_damaged"
        /// A shard is not what the commits say.
        case shardDifferent = "shard_different"
        /// `index/head` cannot be read.
        case headDamaged = "head_damaged"
        /// `index/head` names a commit that is not there.
        case headAhead = "head_ahead"
        /// An object that no commit explains.
        case unexplained
        /// Written by the Python collector after its archive was adopted.
        case predecessorActive = "predecessor_active"
    }

    package init(_ kind: Kind, _ object: String, _ what: String) {
        self.kind = kind
        self.object = object
        self.what = what
    }
}

extension ArchiveProblem.Kind {
    /// `archive repair` makes it good.
    package var isRepairable: Bool {
        switch self {
        case .fileMissing, .fileDifferent, .shardMissing, .shardDamaged, .shardDifferent, .headDamaged, .headAhead: true
        case .commitMissing, .commitDamaged, .newer, .duplicate, .revisionOrder, .revisionUnchanged, .unexplained,
            .predecessorActive:
            false
        }
    }

    /// What to do about it.
    package var fix: String {
        switch self {
        case .fileMissing, .fileDifferent, .shardMissing, .shardDamaged, .shardDifferent, .headDamaged, .headAhead:
            "run `polisen-collector archive repair`"
        case .commitMissing, .commitDamaged:
            "put the object back from a backup or an earlier version of it; its events, where it had any, lie under "
                + "events/, revisions/ and rejects/ too"
        case .newer: "upgrade polisen-collector"
        case .duplicate, .revisionOrder, .revisionUnchanged:
            "nothing is lost; keep the archive as it is and report this with the commits it names"
        case .unexplained: "look at what wrote it, and move it elsewhere if it is not yours"
        case .predecessorActive: "stop the Python collector: what it writes is not taken in any more"
        }
    }
}

extension ArchiveProblem {
    /// `kind`, `object`, `what`, `fix`, `repairable`.
    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "object": .string(object), "what": .string(what), "fix": .string(kind.fix),
            "repairable": .bool(kind.isRepairable),
        ]
    }
}
