// SPDX-License-Identifier: MIT

/// Named objects with conditional writes: all the archive needs of a place to keep things.
///
/// The live values are `.directory(…)` and `.objectStorage(…)`; both keep an object whole or not at all, whatever happens
/// to the writer.
package struct ArchiveStore: Sendable {
    /// Where it is, for people: `/var/lib/…/archive` or `bucket b in namespace n`.
    package var place: String
    /// The object, or nil where there is none.
    package var read: @Sendable (String) async throws(ArchiveError) -> StoredObject?
    /// Creates the object if its name is free.
    package var create: @Sendable (String, [UInt8]) async throws(ArchiveError) -> Creation
    /// Replaces the object that still bears `tag` (nil: creates it); returns the new tag, or nil where the tag is another.
    package var replace:
        @Sendable (_ name: String, _ bytes: [UInt8], _ tag: String?) async throws(ArchiveError) -> String?
    /// Names beginning with `prefix`, from `start` on (included), in the order of their bytes, at most `limit` of them.
    package var list: @Sendable (_ prefix: String, _ start: String?, _ limit: Int) async throws(ArchiveError) -> Listing

    package enum Creation: Sendable, Hashable {
        case created
        case exists
    }

    package struct StoredObject: Sendable, Hashable {
        package let bytes: [UInt8]
        /// Changes whenever the object does.
        package let tag: String

        package init(bytes: [UInt8], tag: String) {
            self.bytes = bytes
            self.tag = tag
        }
    }

    package struct ListedObject: Sendable, Hashable {
        package let name: String
        package let bytes: Int

        package init(name: String, bytes: Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    package struct Listing: Sendable, Hashable {
        package let objects: [ListedObject]
        /// Where the next page starts; nil at the end.
        package let next: String?

        package init(objects: [ListedObject], next: String?) {
            self.objects = objects
            self.next = next
        }
    }

    package init(
        place: String,
        read: @escaping @Sendable (String) async throws(ArchiveError) -> StoredObject?,
        create: @escaping @Sendable (String, [UInt8]) async throws(ArchiveError) -> Creation,
        replace:
            @escaping @Sendable (_ name: String, _ bytes: [UInt8], _ tag: String?) async throws(ArchiveError) ->
            String?,
        list:
            @escaping @Sendable (_ prefix: String, _ start: String?, _ limit: Int) async throws(ArchiveError) -> Listing
    ) {
        self.place = place
        self.read = read
        self.create = create
        self.replace = replace
        self.list = list
    }
}

extension ArchiveStore {
    /// Every object whose name begins with `prefix`, page by page.
    package func listAll(_ prefix: String) async throws(ArchiveError) -> [ListedObject] {
        var objects: [ListedObject] = []
        var start: String?
        repeat {
            let page = try await list(prefix, start, 1_000)
            objects += page.objects
            start = page.next
        } while start != nil
        return objects
    }
}
