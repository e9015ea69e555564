// SPDX-License-Identifier: MIT

import FoundationEssentials
import ServiceLevels
import TestSupport
import Testing

@Suite struct ReportTextTests {
    static let samples: [(name: String, report: Report)] = [
        ("sample", .sample), ("no-data", .sampleWithoutData), ("long-day", .sampleOfLongDay),
        ("short-day", .sampleOfShortDay),
    ]

    @Test(arguments: ReportLanguage.allCases)
    func `a report in text, in Markdown and as a notice is the golden one`(language: ReportLanguage) throws {
        let sample = Report.sample
        try expectGolden(sample.text(language), "report.\(language.rawValue).txt")
        try expectGolden(sample.markdown(language), "report.\(language.rawValue).md")
        let notice = sample.notice(language, link: "https://example.invalid/reports/2026-W47.html")
        try expectGolden("\(notice.title)\n\n\(notice.body)\n", "notice.\(language.rawValue).txt")
        try expectGolden(Report.sampleWithoutData.text(language), "report-no-data.\(language.rawValue).txt")
    }

    @Test(arguments: ReportLanguage.allCases)
    func `no line of a text is wider than 80 columns, nor ends in a space`(language: ReportLanguage) {
        for sample in Self.samples.map(\.report) + [.extreme] {
            for line in sample.text(language).split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
                #expect(!line.hasSuffix(" "), "\(line)")
            }
        }
    }

    @Test(arguments: ReportLanguage.allCases)
    func `a notice keeps its limits and its link, however much there is to say`(language: ReportLanguage) {
        let link = "https://example.invalid/" + String(repeating: "x", count: 200)
        for sample in Self.samples.map(\.report) + [.extreme] {
            let notice = sample.notice(language, link: link)
            #expect(notice.title.unicodeScalars.count <= 60)
            #expect(notice.body.unicodeScalars.count <= 1_000)
            #expect(notice.body.hasSuffix(link))
            #expect(notice.body.hasPrefix(ReportWords(language).word(sample.verdict.word)))
        }
    }

    @Test(arguments: ReportLanguage.allCases)
    func `terminal escapes and line breaks in free text do not reach a renderer's output`(language: ReportLanguage) {
        let report = Report.extreme
        let outputs = [
            report.text(language), report.markdown(language),
            report.notice(language, link: "a\u{1B}[2Jb").title, report.notice(language, link: "a\u{1B}[2Jb").body,
        ]
        for output in outputs {
            let controls = output.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
            #expect(controls.isEmpty)
            #expect(!output.unicodeScalars.contains("\u{202E}"))
            #expect(!output.contains("\nforged"))
        }
    }

    @Test func `a day of 50 half hours shows them all, and one of 46 leaves its gap`() {
        func line(_ report: Report, _ day: String) -> Substring? {
            report.text(.english).split(separator: "\n").first { $0.hasPrefix(day) }
        }
        #expect(
            line(.sampleOfLongDay, "Sun 2026-10-25")?.dropFirst(16).prefix(14) == "..............")
        #expect(line(.sampleOfShortDay, "Sun 2027-03-28")?.dropFirst(16).prefix(12) == "....  ......")
        #expect(Report.sampleOfLongDay.text(.swedish).contains("25 timmar"))
        #expect(Report.sampleOfShortDay.text(.swedish).contains("23 timmar"))
    }

    @Test func `every slot state has a character of its own`() {
        var report = Report.sample
        let slots = Slot.State.allCases.enumerated().map { index, state in
            Slot(
                start: Date(timeIntervalSince1970: Double(index) * 1_800), hour: index / 2, minute: index % 2 * 30,
                state: state, isMaintenance: false, runs: 0)
        }
        report.days = [SlotDay(year: 2026, month: 11, day: 16, slots: slots)]
        let line = report.text(.english).split(separator: "\n").first { $0.hasPrefix("Mon 2026-11-16") }
        #expect(line?.dropFirst(16).prefix(8) == ".pFKs!? ")
    }
}
