// SPDX-License-Identifier: MIT

import Alarms
import FoundationEssentials
import TestSupport
import Testing

/// The alarms of the folder `alarms/`, by their own tests.
struct ShippedAlarmsTests {
    private static let folder = packageRoot + "/alarms"

    /// Base names of all definitions; a folder that cannot be read has none, which a test notices.
    static let names: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

    private static func bytes(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: folder + "/" + name).map { Array($0) }
    }

    private static func file(_ name: String) throws -> AlarmTestFile {
        let path = name + ".test.yaml"
        let text = try #require(Self.bytes(path), "there is no alarms/\(path)")
        return try AlarmTestFile(path: path, bytes: text, resolve: Self.bytes)
    }

    /// All mutants of all alarms, tried once for all tests here.
    private static let mutation = Result { MutationRun(try names.map(file), equivalents: try argued()) }

    /// The survivors that `alarms/mutants.yaml` argues for.
    private static func argued() throws -> [EquivalentMutant] {
        let text = try #require(Self.bytes("mutants.yaml"), "there is no alarms/mutants.yaml")
        return try EquivalentMutant.list(path: "mutants.yaml", bytes: text)
    }

    @Test func `there are as many alarms as the catalogue asks for`() {
        #expect(Self.names.count >= 17)
        #expect(Set(Self.names).isSuperset(of: ["no-successful-run", "freshness-stale", "checker-silent", "watchdog"]))
    }

    @Test(arguments: names)
    func `its tests pass`(name: String) throws {
        let report = AlarmTestRunner(try Self.file(name)).run()
        #expect(report.hasPassed, "\(AlarmTestOutput([report]).text())")
    }

    @Test(arguments: names)
    func `it is seen to fire, to stay silent, to clear, and without data`(name: String) throws {
        let file = try Self.file(name)
        let coverage = AlarmCoverage(of: file.alarms, by: [AlarmTestRunner(file).run()])
        #expect(coverage.entries.map(\.alarm) == [name])
        #expect(coverage.isComplete, "\(coverage.text)")
    }

    @Test func `nine mistakes of ten are noticed`() throws {
        let run = try Self.mutation.get()
        #expect(run.score >= 0.9, "\(run.text)")
        #expect(Set(run.results.map(\.alarm)) == Set(Self.names))
    }

    @Test func `every survivor is argued for, and no argument is out of date`() throws {
        let run = try Self.mutation.get()
        #expect(run.survivors.map { "\($0.alarm) \($0.mutant.id)" } == [], "\(run.text)")
        #expect(run.staleEquivalents == [])
    }

    /// Without a threshold, with another interval or without an absence period, no alarm passes its tests.
    @Test(arguments: names)
    func `what decides when it fires is tested`(name: String) throws {
        let kinds = ["threshold-removed", "interval-halved", "interval-doubled", "absence-period-dropped"]
        let survivors = try Self.mutation.get().survivors.filter { $0.alarm == name }.map(\.mutant.id)
        let decisive = survivors.filter { id in kinds.contains { id.contains($0) } }
        #expect(decisive == [])
    }
}
