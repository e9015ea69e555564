// SPDX-License-Identifier: MIT

import FoundationEssentials
import JSON

/// One version of an object: everything but its bytes, which stay on disk.
struct StoredVersion: Sendable {
    let name: ObjectName
    let versionID: String
    /// Orders the versions of all objects of a data directory, also across restarts.
    let sequence: Int
    let etag: String
    let size: Int
    /// Base64.
    let md5: String
    let created: Date
    let isDeleteMarker: Bool
    /// `content-type`, `content-encoding`, …, `opc-meta-*`: lower-case names, in the order sent.
    let headers: [(name: String, value: String)]

    /// The first line of the version's file.
    func encoded() -> [UInt8] {
        let value: JSONValue = [
            "v": 1, "name": .string(name.text), "versionId": .string(versionID), "sequence": .int(sequence),
            "etag": .string(etag), "size": .int(size), "md5": .string(md5),
            "created": .string(WireTime.rfc3339(created)), "isDeleteMarker": .bool(isDeleteMarker),
            "headers": .array(headers.map { [.string($0.name), .string($0.value)] }),
        ]
        return value.encoded() + [UInt8(ascii: "\n")]
    }

    init(
        name: ObjectName, versionID: String, sequence: Int, etag: String, size: Int, md5: String, created: Date,
        isDeleteMarker: Bool = false, headers: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.versionID = versionID
        self.sequence = sequence
        self.etag = etag
        self.size = size
        self.md5 = md5
        self.created = created
        self.isDeleteMarker = isDeleteMarker
        self.headers = headers
    }

    /// Reads `encoded()`; nil for anything else.
    init?(line: [UInt8]) {
        guard let value = try? JSONValue.parse(line),
            let name = value["name"]?.string.flatMap({ ObjectName(Array($0.utf8)) }),
            let versionID = value["versionId"]?.string, let sequence = value["sequence"]?.int,
            let etag = value["etag"]?.string, let size = value["size"]?.int, let md5 = value["md5"]?.string,
            let created = value["created"]?.string.flatMap(WireTime.date(rfc3339:)),
            let headers = value["headers"]?.array
        else { return nil }
        self.init(
            name: name, versionID: versionID, sequence: sequence, etag: etag, size: size, md5: md5, created: created,
            isDeleteMarker: value["isDeleteMarker"]?.bool ?? false,
            headers: headers.compactMap { pair in
                guard let pair = pair.array, pair.count == 2, let name = pair[0].string, let value = pair[1].string
                else { return nil }
                return (name, value)
            })
    }
}
