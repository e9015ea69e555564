// SPDX-License-Identifier: MIT

import Foundation
import JournalLogging
import TestSupport
import Testing

/// The texts that `journalctl -x` prints (deploy/journal).
@Suite struct MessageCatalogTests {
    /// The entries of a file: id, and the lines below it.
    private func entries(_ name: String) throws -> [(id: String, text: String)] {
        let path = packageRoot + "/deploy/journal/" + name
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.components(separatedBy: "\n-- ").dropFirst().map { part in
            (String(part.prefix { $0 != "\n" }), String(part.drop { $0 != "\n" }.dropFirst()))
        }
    }

    @Test(arguments: ["polisen-collector.catalog", "polisen-collector.sv.catalog"])
    func `each event has an entry and each entry its event`(file: String) throws {
        let entries = try entries(file)
        #expect(entries.map(\.id).sorted() == EventID.all.map(\.messageID).sorted())
    }

    @Test(arguments: [
        ("polisen-collector.catalog", ["Likely causes:", "Type first: ", "Runbook: "]),
        ("polisen-collector.sv.catalog", ["Tänkbara orsaker:", "Skriv först: ", "Körbok: "]),
    ])
    func `each entry tells subject, causes, first command and runbook, and fits on a terminal`(
        file: String, parts: [String]
    ) throws {
        for entry in try entries(file) {
            let lines = entry.text.split(separator: "\n")
            #expect(lines.first?.hasPrefix("Subject: ") == true, "\(entry.id)")
            for part in parts + ["Defined-By: polisen-collector", "Documentation: file:///usr/share/doc/"] {
                #expect(lines.contains { $0.hasPrefix(part) }, "\(entry.id) lacks \(part)")
            }
            #expect(lines.allSatisfy { $0.count <= 90 && !$0.hasSuffix(" ") }, "\(entry.id)")
        }
    }

    @Test func `both languages name the same fields, commands and runbooks`() throws {
        func facts(_ text: String) -> [String] {
            text.matches(of: #/@[A-Z_]+@|runbooks/[a-z-]+|: (?:polisen-collector|systemctl) .*/#).map {
                String($0.output)
            }
        }
        let (english, swedish) = (
            try entries("polisen-collector.catalog"), try entries("polisen-collector.sv.catalog")
        )
        for (one, other) in zip(english, swedish) {
            #expect(one.id == other.id && Set(facts(one.text)) == Set(facts(other.text)), "\(one.id)")
        }
    }

    @Test(.enabled(if: JournaldBox.isUsable, "needs root and systemd-journald"))
    func `journalctl -x prints the entry's text with its values below the message`() async throws {
        let script = #"""
            set -e
            root=$(mktemp -d)
            mkdir -p "$root/usr/lib/systemd/catalog" "$root/var/lib/systemd/catalog"
            cp "$2"/deploy/journal/*.catalog "$root/usr/lib/systemd/catalog/"
            journalctl --root="$root" --update-catalog
            "$1" log >/dev/null
            journalctl --sync
            # Seen by this script alone: its mounts are its own.
            mkdir -p /var/lib/systemd/catalog
            mount --bind "$root/var/lib/systemd/catalog" /var/lib/systemd/catalog
            journalctl -x -t journal-probe
            grep -ac 'En körning har misslyckats' /var/lib/systemd/catalog/database
            umount /var/lib/systemd/catalog
            rm -r "$root"
            """#
        let result = try JournaldBox.run(script, [JournaldBox.probe, packageRoot])
        #expect(result.status == 0)
        #expect(result.text.contains("Subject: A run has failed"))
        #expect(result.text.contains("Run 019a0f3e-6a00-7000-8000-000000000001 failed"))
        #expect(result.text.contains("polisen-collector runs show 019a0f3e-6a00-7000-8000-000000000001"))
        #expect(result.text.hasSuffix("\n1\n"))
    }
}
