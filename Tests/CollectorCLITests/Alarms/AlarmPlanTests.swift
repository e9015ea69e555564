// SPDX-License-Identifier: MIT

import Alarms
import JSON
import Testing

@testable import CollectorCLI

struct AlarmPlanTests {
    @Test func `an empty compartment gets every alarm`() throws {
        let plan = AlarmSamples.plan([try AlarmSamples.desired("b"), try AlarmSamples.desired("a")], [])
        #expect(plan.items.map(\.key) == ["a", "b"] && plan.items.allSatisfy { $0.action == .create })
        #expect(!plan.isInSync && plan.hasWork)
    }

    @Test func `what is as its file says is left alone`() throws {
        let desired = try AlarmSamples.desired("a")
        let plan = AlarmSamples.plan([desired], [AlarmSamples.service(desired.alarm)])
        #expect(plan.isInSync && !plan.hasWork)
        #expect(plan.text(next: "x").hasPrefix("in sync: 1 alarm is as the files say\n"))
    }

    @Test func `a changed alarm carries the tag that guards the change`() throws {
        let desired = try AlarmSamples.desired("a")
        let plan = AlarmSamples.plan([desired], [AlarmSamples.service(desired.alarm, [("severity", "INFO")])])
        let item = try #require(plan.items.first)
        #expect(item.action == .change && item.id == "ocid1.alarm.oc1..one" && item.etag == "tag-ocid1.alarm.oc1..one")
        #expect(item.changes.map(\.path) == ["severity"])
    }

    @Test func `an alarm that was made by hand from a file is known by its display name`() throws {
        let desired = try AlarmSamples.desired("a")
        let tags: JSONValue = ["managed-by": "polisen-collector", "job": "polisen", "owner": "operators"]
        let plan = AlarmSamples.plan([desired], [AlarmSamples.service(desired.alarm, [("freeformTags", tags)])])
        #expect(plan.items.map(\.action) == [.change])
        #expect(plan.items.first?.changes == [AlarmChange(path: "freeformTags.alarm", from: nil, to: "a")])
    }

    static let foreigners: [(tags: JSONValue, whose: String)] = [
        ([:], "not this program's"), (.null, "not this program's"), (["managed-by": "terraform"], "terraform's"),
        (["managed-by": "polisen-collector", "job": "other", "alarm": "a"], "job other's"),
    ]

    @Test(arguments: foreigners)
    func `an alarm of others with the same name is refused and never touched`(
        tags: JSONValue, whose: String
    ) throws {
        let desired = try AlarmSamples.desired("a")
        let other = AlarmSamples.service(desired.alarm, [("freeformTags", tags), ("severity", "INFO")])
        for prunes in [false, true] {
            let plan = AlarmSamples.plan([desired], [other], prunes: prunes)
            #expect(plan.items.map(\.action) == [.refuse] && !plan.hasWork && !plan.isInSync)
            let note = plan.items.first?.note ?? ""
            #expect(note.contains("ocid1.alarm.oc1..one") && note.contains(whose), "\(note)")
            #expect(note.contains("managed-by=polisen-collector, job=polisen, alarm=a"))
        }
    }

    @Test func `alarms of others with other names are nobody's business`() throws {
        let other = AlarmSamples.service(try AlarmSamples.desired("other").alarm, [("freeformTags", .null)])
        #expect(AlarmSamples.plan([], [other], prunes: true).items.isEmpty)
    }

    @Test func `one of ours without a file is kept and told, and deleted only by prune`() throws {
        let (a, old) = (try AlarmSamples.desired("a"), try AlarmSamples.desired("old"))
        let actual = [
            AlarmSamples.service(a.alarm), AlarmSamples.service(old.alarm, id: "ocid1.alarm.oc1..old"),
        ]
        #expect(AlarmSamples.plan([a], actual).items.map(\.action) == [.none, .keep])
        #expect(!AlarmSamples.plan([a], actual).isInSync)
        let pruned = AlarmSamples.plan([a], actual, prunes: true)
        #expect(pruned.items.map(\.action) == [.none, .delete])
        #expect(pruned.items.last?.etag == "tag-ocid1.alarm.oc1..old")
        #expect(AlarmSamples.plan([a], actual, isWhole: false, prunes: true).isInSync)
        #expect(AlarmSamples.plan([a], actual, prunes: true, except: ["old"]).isInSync)
    }

    @Test func `two that say they are the same alarm are refused`() throws {
        let desired = try AlarmSamples.desired("a")
        let plan = AlarmSamples.plan(
            [desired],
            [AlarmSamples.service(desired.alarm), AlarmSamples.service(desired.alarm, id: "ocid1.alarm.oc1..two")])
        #expect(plan.items.map(\.action) == [.refuse])
        #expect(plan.items.first?.note?.contains("ocid1.alarm.oc1..two") == true)
    }

    @Test func `an alarm in another compartment is refused with the command that moves it`() throws {
        let desired = try AlarmSamples.desired("a")
        let actual = AlarmSamples.service(desired.alarm, [("compartmentId", "ocid1.compartment.oc1..elsewhere")])
        let plan = AlarmSamples.plan([desired], [actual])
        #expect(plan.items.first?.action == .refuse)
        #expect(plan.items.first?.note?.contains("change-compartment --alarm-id ocid1.alarm.oc1..one") == true)
    }

    @Test func `tags of a file that claim it for somebody else are an error`() throws {
        let error = #expect(throws: AlarmError.self) {
            _ = try AlarmSamples.desired("a", [("freeformTags", ["managed-by": "terraform"])])
        }
        #expect(error?.description.contains("managed-by") == true)
    }

    @Test func `the difference fits into 80 columns and shows only lines that changed`() throws {
        let body = "Runs fail.\n" + String(repeating: "many words ", count: 20) + "\nFirst: polisen-collector explain"
        let desired = try AlarmSamples.desired("a", [("body", .string(body))])
        let old = try AlarmSamples.desired("a")
        let actual = AlarmSamples.service(
            old.alarm, [("severity", "INFO"), ("query", .string(String(repeating: "a.b", count: 60)))])
        let created = try AlarmSamples.desired("new")
        let text = AlarmSamples.plan([desired, created], [actual]).difference(next: "x")
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(text.contains("    severity  INFO → ERROR\n"))
        #expect(text.contains("      - First: polisen-collector status\n      + many words"))
        #expect(text.contains("      + First: polisen-collector explain\n"))
        #expect(!text.contains("- Runs fail."))
        #expect(text.hasPrefix("drift: 1 to create, 1 to change\n"))
    }

    @Test func `the answer in JSON names the action and both values`() throws {
        let desired = try AlarmSamples.desired("a")
        let plan = AlarmSamples.plan([desired], [AlarmSamples.service(desired.alarm, [("severity", "INFO")])])
        let json = JSONValue.object(plan.json())
        #expect(json["in_sync"] == false && json["counts"]?["change"] == 1)
        let alarm = json["alarms"]?.array?.first
        #expect(alarm?["action"] == "change")
        #expect(alarm?["changes"] == [["path": "severity", "from": "INFO", "to": "ERROR"]])
    }
}
