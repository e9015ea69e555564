// SPDX-License-Identifier: MIT

import Glibc

/// How the process ends.
package enum ProcessEnd {
    /// Ends the process with this exit status.
    ///
    /// A release build leaves out what libraries registered with atexit(3): OpenSSL and the rest take their tables apart
    /// while our threads may still use them, 1 ms of CPU for memory the kernel takes back anyway. What was printed
    /// through stdio is written first. Debug builds keep it: coverage is saved there.
    package static func now(_ status: Int32) -> Never {
        #if DEBUG
            exit(status)
        #else
            _ = fflush(nil)
            _exit(status)
        #endif
    }
}
