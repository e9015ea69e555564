// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import JSON
import ServiceLevels

/// How a report can be written.
enum ReportFormat: String, Sendable, CaseIterable {
    case text, md, json, csv, html

    var fileEnding: String { self == .text ? "txt" : rawValue }

    init?(ending: Substring) {
        guard let format = Self.allCases.first(where: { $0.fileEnding == ending }) else { return nil }
        self = format
    }

    /// JSON and CSV are for programs, and the same in all languages.
    var hasLanguage: Bool { self != .json && self != .csv }

    /// The report in this form; a text ends with a line feed.
    func bytes(_ report: Report, _ language: ReportLanguage) -> [UInt8] {
        let text =
            switch self {
            case .text: report.text(language)
            case .md: report.markdown(language)
            case .json: report.json.indented
            case .csv: report.csv
            case .html: report.html(language)
            }
        return Array(text.utf8) + (text.hasSuffix("\n") ? [] : [0x0A])
    }
}

/// Where a report goes: to standard output in one form, or into files.
enum ReportOutput: Sendable, Hashable {
    case standard(ReportFormat, ReportLanguage)
    case files([File])

    struct File: Sendable, Hashable {
        let path: String
        let format: ReportFormat
        let language: ReportLanguage
    }

    /// - Parameters:
    ///   - output: `-o`; nil or `-`: standard output.
    ///   - formats: those that were named.
    ///   - languages: not empty.
    ///   - label: of the period: `2026-W47`; the name of files in a directory.
    /// - Throws: what is wrong with the choice.
    init(
        _ output: String?, _ formats: [ReportFormat], _ languages: [ReportLanguage], label: String,
        isDirectory: (String) -> Bool
    ) throws {
        guard let output, output != "-" else {
            guard formats.count < 2 else {
                throw ValidationError("standard output takes one format; for several say where: -o report")
            }
            self = .standard(formats.first ?? .text, languages.first ?? .english)
            return
        }
        let name = output.split(separator: "/").last ?? ""
        let ending = name.lastIndex(of: ".").flatMap { ReportFormat(ending: name[name.index(after: $0)...]) }
        if let ending, !isDirectory(output) {
            guard formats.isEmpty || formats == [ending] else {
                let stem = output.dropLast(ending.fileEnding.count + 1)
                throw ValidationError(
                    "-o \(output) is of the form \(ending.rawValue); for other forms leave the ending away: -o \(stem)")
            }
            self = .files(Self.files(String(output.dropLast(ending.fileEnding.count + 1)), [ending], languages))
            return
        }
        let stem = output.hasSuffix("/") || isDirectory(output) ? FileSystem.join(output, label) : output
        self = .files(Self.files(stem, formats.isEmpty ? ReportFormat.allCases : formats, languages))
    }

    /// The first language's files bear no mark of it.
    private static func files(
        _ stem: String, _ formats: [ReportFormat], _ languages: [ReportLanguage]
    ) -> [File] {
        formats.flatMap { format in
            (format.hasLanguage ? languages[...] : languages.prefix(1)).enumerated().map { index, language in
                let mark = index == 0 ? "" : ".\(language.rawValue)"
                return File(path: "\(stem)\(mark).\(format.fileEnding)", format: format, language: language)
            }
        }
    }
}
