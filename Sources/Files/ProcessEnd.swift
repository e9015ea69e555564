// SPDX-License-Identifier: MIT

import CRuntime
import Glibc

/// How the process ends.
package enum ProcessEnd {
    /// Ends the process with this exit status.
    ///
    /// What libraries registered with atexit(3) is left out: OpenSSL and the rest take their tables apart while our
    /// threads may still use them, 1 ms of CPU for memory the kernel takes back anyway, and now and then a crash. What was
    /// printed through stdio is written first. Debug builds save what coverage has counted; a sanitizer has its say.
    package static func now(_ status: Int32) -> Never {
        #if DEBUG
            if cruntime_is_sanitized() { exit(status) }
            _ = cruntime_write_profile()
        #endif
        _ = fflush(nil)
        _exit(status)
    }
}
