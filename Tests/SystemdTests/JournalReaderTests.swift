// SPDX-License-Identifier: MIT

import TestSupport
import Testing

/// What journald says it has thrown away, in a journal of the test's own.
@Suite(.enabled(if: JournaldBox.isUsable, "needs root and systemd-journald")) struct JournalReaderTests {
    /// Sends entries as journald would write them, and asks for those of one unit.
    private static let script = #"""
        set -e
        dir=$(mktemp -d)
        printf a596d6fe7bfa4994828e72309e95d61e >"$dir/id"
        for pair in '7 polisen-collector.service' '5 other.service' '30 polisen-collector.service'; do
            printf 'Suppressed %s messages from %s' $pair >"$dir/message"
            printf '%s' "${pair% *}" >"$dir/count"
            "$1" send MESSAGE_ID="$dir/id" MESSAGE="$dir/message" N_DROPPED="$dir/count" >/dev/null
        done
        journalctl --sync
        rm -r "$dir"
        $2 "$1" suppressed polisen-collector.service
        """#

    @Test func `the entries of one unit are added up, journald's word alone counting`() throws {
        let result = try JournaldBox.run(Self.script, [JournaldBox.probe])
        #expect(result.text == "0 37 0\n")
    }

    @Test func `who may not read the journal is told so, not that nothing was lost`() throws {
        let result = try JournaldBox.run(
            Self.script, [JournaldBox.probe, "setpriv --reuid=65534 --regid=65534 --clear-groups"])
        #expect(result.text == "unreadable unreadable unreadable\n" || result.text == "no journal\n")
    }
}
