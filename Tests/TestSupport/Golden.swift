// SPDX-License-Identifier: MIT

import FoundationEssentials
package import Testing

/// Records an issue unless `actual` is, byte for byte, what the golden file `name` holds.
///
/// The file lies in `Golden/` beside the test's own source file. With `RECORD_GOLDEN=1` in the environment the file
/// is rewritten and the test fails, so that a recording run is never taken for a passing one.
package func expectGolden(
    _ actual: String, _ name: String, filePath: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let path = directory(of: filePath) + "/Golden/" + name
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        try record(actual, at: path)
        Issue.record("recorded \(path); run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
        return
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        Issue.record("no golden file \(path); run once with RECORD_GOLDEN=1", sourceLocation: sourceLocation)
        return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard expected != actual else { return }
    Issue.record("\(name): \(firstDifference(expected, actual))", sourceLocation: sourceLocation)
}

private func record(_ text: String, at path: String) throws {
    try FileManager.default.createDirectory(atPath: directory(of: path), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: path))
}

private func firstDifference(_ expected: String, _ actual: String) -> String {
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let actualLines = actual.split(separator: "\n", omittingEmptySubsequences: false)
    let common = zip(expectedLines, actualLines).prefix { $0 == $1 }.count
    let wanted = expectedLines.dropFirst(common).first ?? "(end of text)"
    let got = actualLines.dropFirst(common).first ?? "(end of text)"
    return "line \(common + 1) differs\n  expected: \(wanted)\n  actual:   \(got)\nwhole actual text:\n\(actual)"
}

private func directory(of path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
}
