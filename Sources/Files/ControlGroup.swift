// SPDX-License-Identifier: MIT

/// What the kernel counts for the control group this process is in.
package enum ControlGroup {
    /// How many processes of this group any out-of-memory killer has killed; nil where nothing says.
    ///
    /// systemd 252 tells `oom-kill` from other signals only where the memory controller is on cgroup v2. The counter is
    /// there on v1, too. Source: Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
    package static var outOfMemoryKills: Int? {
        guard let groups = text("/proc/self/cgroup") else { return nil }
        return counters(groups).lazy.compactMap { text($0).flatMap(kills) }.first
    }

    /// The files that may hold the counter, by the lines of `/proc/self/cgroup`.
    static func counters(_ groups: String) -> [String] {
        groups.split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let path = parts[2] == "/" ? "" : String(parts[2])
            if parts[1].split(separator: ",").contains("memory") {
                return ["/sys/fs/cgroup/memory\(path)/memory.oom_control"]
            }
            return parts[1].isEmpty ? ["/sys/fs/cgroup\(path)/memory.events"] : []
        }
    }

    /// The number behind `oom_kill`.
    static func kills(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") { return Int(line.dropFirst(9)) }
        return nil
    }

    private static func text(_ path: String) -> String? {
        // Losing the reason is right: no such file is an answer, too.
        guard let bytes = try? FileSystem.read(path) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
