// SPDX-License-Identifier: MIT

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
            if isSanitized { exit(status) }
            saveCoverage()
        #endif
        _ = fflush(nil)
        _exit(status)
    }

    #if DEBUG
        private static var isSanitized: Bool {
            unsafe dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil
        }

        /// What LLVM's runtime would do at exit(3); it is there only in a program built for coverage.
        private static func saveCoverage() {
            guard let symbol = unsafe dlsym(nil, "__llvm_profile_write_file") else { return }
            typealias Write = @convention(c) () -> Int32
            _ = unsafe unsafeBitCast(symbol, to: Write.self)()
        }
    #endif
}
