// SPDX-License-Identifier: MIT

import ServiceLevels
import TestSupport
import Testing

@Suite struct ReportTextTests {
    static let samples: [(name: String, report: Report)] = [
        ("sample", .sample), ("no-data", .sampleWithoutData), ("long-day", .sampleOfLongDay),
        ("short-day", .sampleOfShortDay),
    ]

    @Test(arguments: ReportLanguage.allCases)
    func `a report in text is the golden one`(language: ReportLanguage) throws {
        for sample in Self.samples {
            try expectGolden(sample.report.text(language), "report-\(sample.name).\(language.rawValue).txt")
        }
    }
}
