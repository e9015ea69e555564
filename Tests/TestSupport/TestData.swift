// SPDX-License-Identifier: MIT

import FoundationEssentials

/// Absolute path of the recorded answers that are not part of the repository; nil where there are none.
///
/// `$POLISEN_TEST_DATA`, else `../shared` beside the package if it exists. A test over it says that it skips, with
/// `@Test(.enabled(if: testData != nil, "needs POLISEN_TEST_DATA"))`.
package let testData: String? = {
    if let path = ProcessInfo.processInfo.environment["POLISEN_TEST_DATA"], !path.isEmpty { return path }
    let path = packageRoot.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/shared"
    return FileManager.default.fileExists(atPath: path) ? path : nil
}()

/// Absolute path of the directory that holds Package.swift.
package let packageRoot: String = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
