// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials

extension Surroundings {
    /// This process.
    static var live: Surroundings {
        Surroundings(
            environment: ProcessInfo.processInfo.environment,
            readFile: { path throws(FileError) in
                try FileSystem.read(path, limitBytes: ConfigurationFile.limitBytes)
            },
            createFile: { path, bytes throws(FileError) in try FileSystem.create(path, bytes) },
            write: { bytes, stream throws(FileError) in try StandardStream.write(bytes, to: stream) },
            becomeOwner: { place throws(FileError) in try ProcessUser.become(ownerOf: place) })
    }
}
