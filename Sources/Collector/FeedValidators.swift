// SPDX-License-Identifier: MIT

package import Files
import JSON

/// What makes the next request conditional: kept only after an answer was stored whole, and only for the archive it was
/// stored in, so that a 304 always means «you have it».
package struct FeedValidators: Sendable, Hashable {
    package let etag: String?
    package let lastModified: String?

    package init(etag: String?, lastModified: String?) {
        self.etag = etag
        self.lastModified = lastModified
    }

    /// The validators left in `path` for this feed and archive.
    package static func load(_ path: String, feed: String, place: String) -> FeedValidators? {
        // Without them the whole answer is fetched: nothing is lost.
        guard let bytes = try? FileSystem.read(path), let saved = try? JSONValue.parse(bytes),
            saved["schema"]?.int == 1, saved["feed"]?.string == feed, saved["archive"]?.string == place
        else { return nil }
        let validators = FeedValidators(etag: saved["etag"]?.string, lastModified: saved["last_modified"]?.string)
        return validators.isEmpty ? nil : validators
    }

    package func save(_ path: String, feed: String, place: String) throws(FileError) {
        guard !isEmpty else { return try FileSystem.remove(path) }
        let saved: JSONValue = [
            "schema": 1, "feed": .string(feed), "archive": .string(place), "etag": .optional(etag),
            "last_modified": .optional(lastModified),
        ]
        try FileSystem.replace(path, saved.encoded() + [0x0A], durable: false)
    }

    package var isEmpty: Bool { etag == nil && lastModified == nil }
}
