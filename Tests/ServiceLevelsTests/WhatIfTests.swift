// SPDX-License-Identifier: MIT

import JSON
import ServiceLevels
import TestSupport
import Testing

@Suite struct WhatIfTests {
    static func whatIf(target: Int, policy: BudgetPolicy? = BudgetPolicy(), bad: Int = 21) -> WhatIf {
        let attainment = Attainment(good: 1_333 - bad, bad: bad)
        return WhatIf(
            slo: SLO(
                name: "run-success", displayName: "Run success", indicator: .runSuccess, targetMillionths: 980_000,
                policy: policy),
            figures: Figures(counted: attainment, whole: attainment), targetMillionths: target)
    }

    @Test(
        arguments: [
            (900_000, [nil, 8, 15, 15]), (950_000, [2, 4, 8, 8]), (980_000, [1, 2, 3, 3]), (990_000, [1, 1, 2, 2]),
            (999_000, [1, 1, 1, 1]),
        ] as [(Int, [Int?])])
    func `failures until the usual alarms fire are those of the catalogue`(target: Int, failures: [Int?]) {
        let found = Self.whatIf(target: target).firings.map { firing -> Int? in
            switch firing.then {
            case .after(let count): count
            case .oneBlip: 1
            case .never: nil
            }
        }
        #expect(found == failures)
    }

    @Test func `the would-be verdict follows the policy`() {
        #expect(Self.whatIf(target: 980_000).now.verdict == .careful)
        #expect(Self.whatIf(target: 900_000).then.verdict == .go)
        #expect(Self.whatIf(target: 990_000).then.verdict == .stop)
        #expect(Self.whatIf(target: 990_000, policy: nil).then.verdict == nil)
        let nothing = WhatIf(slo: Self.whatIf(target: 1).slo, figures: Figures(), targetMillionths: 990_000)
        #expect(nothing.then.verdict == .unknown)
    }

    @Test func `an objective's own conditions are tried where it has some, and only for runs`() {
        var slo = Self.whatIf(target: 1).slo
        slo.burnConditions = [BurnCondition(alarm: "a", windowMinutes: 360, burnRate: 6, severity: "ERROR")]
        #expect(WhatIf(slo: slo, figures: Figures(), targetMillionths: 990_000).firings.map(\.runsInWindow) == [12])
        slo.indicator = .freshMinutes(maxAgeSeconds: 3_600, toleranceSeconds: 30)
        #expect(WhatIf(slo: slo, figures: Figures(), targetMillionths: 990_000).firings.isEmpty)
    }

    @Test(arguments: ReportLanguage.allCases)
    func `what another target means is the golden text, at most 80 columns wide`(language: ReportLanguage) throws {
        let text = Self.whatIf(target: 900_000).text(language) + "\n" + Self.whatIf(target: 995_000).text(language)
        try expectGolden(text, "whatif.\(language.rawValue).txt")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func `JSON holds both targets, and null for an alarm that never fires`() {
        let json = Self.whatIf(target: 900_000).json
        #expect(json["now"]?["target"] == .double(0.98))
        #expect(json["then"]?["allowed"] == .double(133.3))
        #expect(json["then"]?["verdict"] == "go")
        #expect(json["alarms"]?.array?.first?["failures_then"] == .null)
        #expect(json["alarms"]?.array?.first?["failures_now"] == .int(1))
    }
}
