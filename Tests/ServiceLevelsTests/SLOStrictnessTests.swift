// SPDX-License-Identifier: MIT

import FoundationEssentials
import ServiceLevels
import TestSupport
import Testing
import YAML

/// Every key of every shipped file, left out, written twice and misspelled: an error that says where and what was meant, or
/// an objective that differs in that alone.
@Suite struct SLOStrictnessTests {
    /// A shipped file, and one with everything that is read besides.
    private static func roots() throws -> [YAMLNode] {
        let more = [SLOSamples.threshold, SLOSamples.burning, SLOSamples.calendar].map { Array($0.utf8) }
        return try (SLOSamples.files() + more).map { try #require(try YAMLParser().parse($0)) }
    }

    private static func read(_ text: String) -> Result<SLO?, SLOError> {
        Result { () throws(SLOError) in try SLOFile.read(Array(text.utf8), path: "x.yaml").first }
    }

    private static func problems(_ file: RewrittenFile) -> [SLOProblem] {
        if case .failure(let error) = read(file.text) { error.problems } else { [] }
    }

    /// `target` of `spec.objectives[0].target`; names of annotations have no dot.
    private static func key(_ path: String) -> String {
        path.split(separator: "." as Character).last.map(String.init) ?? path
    }

    private static func isLabel(_ path: String) -> Bool { path.contains("labels.") }
    private static func isForeign(_ path: String) -> Bool { path.contains("annotations.other/") }

    @Test func `a file written anew says the same`() throws {
        for root in try Self.roots() {
            let slo = try #require(try Self.read(RewrittenFile(root, "", .none).text).get())
            #expect(slo.name == root["metadata"]?["name"]?.scalar?.text)
            #expect(slo.burnConditions.count == root["spec"]?["alertPolicies"]?.sequence?.count ?? 0)
        }
    }

    @Test func `a key that stands twice is an error at the second one`() throws {
        for root in try Self.roots() {
            for path in RewrittenFile.keys(of: root) {
                let file = RewrittenFile(root, path, .double)
                let problems = Self.problems(file)
                #expect(problems.map(\.mark) == [file.place].compactMap { $0 }, "\(path)")
                #expect(
                    problems.allSatisfy { $0.message.contains("\"\(Self.key(path))\" stands here and at") }, "\(path)")
                #expect(problems.allSatisfy { $0.description.hasPrefix("x.yaml:\($0.mark): ") })
            }
        }
    }

    /// Without the last letter, with two that have changed places, with one too many, and with a capital.
    private static func misspellings(of key: String) -> [String] {
        let letters = Array(key)
        var swapped = letters
        if letters.count > 2 { swapped.swapAt(letters.count - 3, letters.count - 2) }
        let capital = key.prefix(1).uppercased() + key.dropFirst()
        let spellings = [String(letters.dropLast()), String(swapped), key.prefix(1) + key, capital]
        return spellings.filter { $0 != key && !$0.isEmpty }
    }

    @Test func `a misspelled key is an error at its place, with the one that was meant`() throws {
        for root in try Self.roots() {
            for path in RewrittenFile.keys(of: root) where !Self.isLabel(path) && !Self.isForeign(path) {
                let key = Self.key(path)
                for spelling in Self.misspellings(of: key) {
                    let file = RewrittenFile(root, path, .rename(spelling))
                    let told = Self.problems(file).filter { $0.mark == file.place }
                    #expect(
                        told.contains { $0.message.hasSuffix("(did you mean \"\(key)\"?)") },
                        "\(path) as \(spelling): \(told.map(\.message))")
                }
            }
        }
    }

    @Test func `a key left out is an error that names it, or changes only what it said`() throws {
        for root in try Self.roots() {
            let whole = try #require(try Self.read(RewrittenFile(root, "", .none).text).get())
            for path in RewrittenFile.keys(of: root) {
                let expected = Self.without(path, whole)
                switch Self.read(RewrittenFile(root, path, .drop).text) {
                case .success(let slo): #expect(slo == expected, "\(path)")
                case .failure(let error):
                    #expect(expected == nil, "\(path): \(error)")
                    #expect(error.problems.contains { $0.message.contains(Self.key(path)) }, "\(path): \(error)")
                }
            }
        }
    }

    /// What an objective is without one key; nil where it needs it.
    private static func without(_ path: String, _ whole: SLO) -> SLO? {
        if isLabel(path) || isForeign(path) { return whole }
        var slo = whole
        let policy = path.firstRange(of: "alertPolicies[").flatMap { range in
            Int(path[range.upperBound...].prefix { $0 != "]" })
        }
        let isOfPolicy = path.contains("].metadata.") && !path.contains("conditions[")
        switch (key(path), policy) {
        case ("labels", _), ("counter", _), ("isRolling", _), ("notificationTargets", _), ("op", _?): break
        case ("alertWhenBreaching", _), ("alertWhenResolved", _), ("alertWhenNoData", _): break
        case ("startTime", nil): break
        case ("description", _): if path == "spec.description" { slo.description = "" }
        case ("displayName", let index?):
            if isOfPolicy { slo.burnConditions[index].title = "the error budget burns" }
        case ("displayName", nil): if path == "metadata.displayName" { slo.displayName = slo.name }
        case ("annotations", let index?), ("polisen-collector/repeat-every", let index?):
            slo.burnConditions[index].repeatMinutes = 240
        case ("annotations", nil): slo.policy = nil
        case ("alertAfter", let index?): slo.burnConditions[index].pendingMinutes = 1
        case ("alertPolicies", nil): slo.burnConditions = []
        default: return nil
        }
        return slo
    }

    // MARK: Fields of OpenSLO

    /// All fields of an SLO and what stands in it. Source: github.com/OpenSLO/OpenSLO, README.md, v1 (fetched 2026-11);
    /// `op` of a condition, and the last three of an objective, from the project's JSON schema and its v1 examples.
    private static let specification: [(path: String, fields: String)] = [
        ("", "apiVersion kind metadata spec"),
        ("metadata", "name displayName labels annotations"),
        (
            "spec",
            "description service indicator indicatorRef timeWindow budgetingMethod objectives alertPolicies"
        ),
        ("spec.timeWindow[0]", "duration isRolling calendar"),
        ("spec.indicator", "apiVersion kind metadata spec"),
        ("spec.indicator.metadata", "name displayName labels annotations"),
        ("spec.indicator.spec", "description thresholdMetric ratioMetric"),
        ("spec.indicator.spec.ratioMetric", "counter good bad total rawType raw"),
        ("spec.indicator.spec.ratioMetric.good", "metricSource"),
        ("spec.indicator.spec.ratioMetric.good.metricSource", "metricSourceRef type spec"),
        ("spec.indicator.spec.ratioMetric.total.metricSource", "metricSourceRef type spec"),
        (
            "spec.objectives[0]",
            "displayName op value target targetPercent timeSliceTarget timeSliceWindow indicator indicatorRef "
                + "compositeWeight"
        ),
        ("spec.alertPolicies[0]", "alertPolicyRef apiVersion kind metadata spec"),
        ("spec.alertPolicies[0].metadata", "name displayName labels annotations"),
        (
            "spec.alertPolicies[0].spec",
            "description alertWhenNoData alertWhenResolved alertWhenBreaching conditions notificationTargets"
        ),
        ("spec.alertPolicies[0].spec.notificationTargets[0]", "targetRef apiVersion kind metadata spec"),
        ("spec.alertPolicies[0].spec.conditions[0]", "conditionRef apiVersion kind metadata spec"),
        ("spec.alertPolicies[0].spec.conditions[0].metadata", "name displayName labels annotations"),
        ("spec.alertPolicies[0].spec.conditions[0].spec", "description severity condition"),
        (
            "spec.alertPolicies[0].spec.conditions[0].spec.condition",
            "kind op threshold lookbackWindow alertAfter"
        ),
    ]

    @Test func `fields of OpenSLO that are not read are refused with what to do instead`() throws {
        let root = try #require(try YAMLParser().parse(Array(SLOSamples.burning.utf8)))
        let there = Set(RewrittenFile.keys(of: root))
        var lines: [String] = []
        for (path, fields) in Self.specification {
            for field in fields.split(separator: " " as Character).map(String.init) {
                guard !there.contains(RewrittenFile.join(path, field)) else { continue }
                let file = RewrittenFile(root, path, .insert(field))
                let told = Self.problems(file)
                #expect(!told.contains { $0.message.contains("has no field") }, "\(path).\(field)")
                let refusal = "\(field) is a field of OpenSLO that is not supported here: "
                lines += told.filter { $0.mark == file.place && $0.message.contains(refusal) }.map(\.message)
            }
        }
        try expectGolden(lines.joined(separator: "\n") + "\n", "openslo-unsupported.txt")
    }

    @Test(arguments: ["1Q", "1Y", "2M", "3d12h", "90m"])
    func `windows that OpenSLO has and this program has not are refused with the units there are`(text: String) throws {
        let root = try #require(try YAMLParser().parse(Array(SLOSamples.runs.utf8)))
        let changed = RewrittenFile(root, "", .none).text.replacing("28d", with: text)
        guard case .failure(let error) = Self.read(changed) else {
            Issue.record("it was read")
            return
        }
        #expect(error.problems.count == 1 && error.description.contains("not \"\(text)\"; units are d, w"))
    }

    // MARK: README.md

    private static func readme() throws -> String {
        let bytes = try #require(FileManager.default.contents(atPath: packageRoot + "/slos/README.md"))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the example in the documentation is an objective, complete and with a policy`() throws {
        let parts = try Self.readme().split(separator: "```yaml\n" as Substring)
        #expect(parts.count == 2)
        let example = try #require(parts.last?.split(separator: "```" as Substring).first)
        let slo = try #require(try Self.read(String(example)).get())
        #expect(slo.name == "slow-slots" && slo.targetMillionths == 950_000)
        #expect(slo.indicator == .latency(limitSeconds: 600) && slo.window == .calendarWeek)
        #expect(try SLOSamples.shipped().compactMap(\.policy).allSatisfy { $0 == slo.policy })
        _ = try GeneratedAlarm.all(of: try SLOSamples.shipped() + [slo])
    }

    @Test func `the documentation names every field, every measure and every objective`() throws {
        let readme = try Self.readme()
        for root in try Self.roots() {
            for path in RewrittenFile.keys(of: root) where !Self.isLabel(path) && !Self.isForeign(path) {
                let key = Self.key(path).split(separator: "/" as Character).last.map(String.init) ?? path
                #expect(readme.contains(key), "\(path)")
            }
        }
        let wrong = SLOSamples.runs.replacing("measure: successful-runs", with: "measure: x").replacing(
            "measure: ended-runs", with: "measure: x")
        guard case .failure(let error) = Self.read(wrong) else { return }
        let measures = error.problems.flatMap { problem in
            problem.message.split(separator: " one of " as Substring).last?.split(separator: ", not " as Substring)
                .first?
                .split(separator: ", " as Substring).map(String.init) ?? []
        }
        #expect(measures.count == 17)
        #expect(measures.allSatisfy { readme.contains("`\($0)`") }, "\(measures)")
        #expect(try SLOSamples.shipped().allSatisfy { readme.contains("| [\($0.name)](\($0.name).yaml) |") })
        let refused = try #require(
            FileManager.default.contents(
                atPath: packageRoot + "/Tests/ServiceLevelsTests/Golden/openslo-unsupported.txt"))
        for line in String(decoding: refused, as: UTF8.self).split(separator: "\n" as Character) {
            let field = line.prefix { $0 != " " }.split(separator: "." as Character).last ?? ""
            #expect(["kind", "apiVersion", "metadata", "spec"].contains(field) || readme.contains(field), "\(field)")
        }
    }

    @Test(arguments: ["SLI", "DataSource", "Service", "AlertPolicy", "AlertCondition", "AlertNotificationTarget"])
    func `files of other kinds are refused with one word on where their content belongs`(kind: String) throws {
        let text = "apiVersion: openslo/v1\nkind: \(kind)\nmetadata: {name: x}\nspec: {type: y, connectionDetails: z}\n"
        guard case .failure(let error) = Self.read(text) else {
            Issue.record("it was read")
            return
        }
        #expect(error.problems.map { "\($0.mark)" } == ["2:7"])
        #expect(error.description.contains("\"\(kind)\": that is a kind of OpenSLO that is not supported here: "))
    }
}
