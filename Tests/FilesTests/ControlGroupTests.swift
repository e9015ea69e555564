// SPDX-License-Identifier: MIT

import Testing

@testable import Files

@Suite struct ControlGroupTests {
    @Test func `the counter of v1 is looked at before that of v2`() {
        let hybrid =
            "12:memory:/system.slice/a.service\n3:cpu,cpuacct:/x\n1:name=systemd:/y\n0::/system.slice/a.service\n"
        #expect(
            ControlGroup.counters(hybrid) == [
                "/sys/fs/cgroup/memory/system.slice/a.service/memory.oom_control",
                "/sys/fs/cgroup/system.slice/a.service/memory.events",
            ])
        #expect(ControlGroup.counters("0::/\n") == ["/sys/fs/cgroup/memory.events"])
        #expect(ControlGroup.counters("no cgroup").isEmpty)
    }

    @Test(
        arguments: [
            ("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3),
            ("low 0\nmax 7\noom 1\noom_kill 1\noom_group_kill 0\n", 1),
            ("oom_kill_disable 0\nunder_oom 0\n", nil), ("", nil),
        ] as [(String, Int?)])
    func `the number behind oom_kill is what counts`(text: String, count: Int?) {
        #expect(ControlGroup.kills(text) == count)
    }
}
