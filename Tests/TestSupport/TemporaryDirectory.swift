// SPDX-License-Identifier: MIT

import FoundationEssentials

/// A new, empty directory of this test's own; the caller removes it. Prefer `withTemporaryDirectory`.
package func temporaryDirectory() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/polisen-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

/// Runs `body` with the absolute path of a new, empty directory, which is removed afterwards.
package func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = try temporaryDirectory()
    // Losing an error here is right: what is left over lies in the system's temporary directory.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// Runs `body` with the absolute path of a new, empty directory, which is removed afterwards.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = try temporaryDirectory()
    // As above.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
