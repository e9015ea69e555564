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
    /// A device or a pipe.
    case device(path: String, ReportFormat, ReportLanguage)
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
    ///   - kind: what lies under a path.
    /// - Throws: what is wrong with the choice.
    init(
        _ output: String?, _ formats: [ReportFormat], _ languages: [ReportLanguage], label: String,
        kind: (String) -> FileSystem.Kind?
    ) throws {
        let language = languages.first ?? .english
        guard let output, output != "-" else {
            self = .standard(try Self.only(formats, "standard output"), language)
            return
        }
        guard !output.isEmpty else { throw ValidationError("-o needs the name of a file or directory") }
        let found = kind(output)
        // /dev/stdout may be a file; what lies beside it is not meant.
        if found == .other || (found == .file && output.hasPrefix("/dev/")) {
            self = .device(path: output, try Self.only(formats, output), language)
            return
        }
        let isDirectory = found == .directory || output.hasSuffix("/")
        if !isDirectory, let ending = try Self.ending(of: output) {
            guard formats.isEmpty || formats == [ending] else {
                let stem = output.dropLast(ending.fileEnding.count + 1)
                throw ValidationError(
                    "-o \(output) is of the form \(ending.rawValue); for other forms leave the ending away: -o \(stem)")
            }
            self = .files(Self.files(String(output.dropLast(ending.fileEnding.count + 1)), [ending], languages))
            return
        }
        let stem = isDirectory ? FileSystem.join(output, label) : output
        self = .files(Self.files(stem, formats.isEmpty ? ReportFormat.allCases : formats, languages))
    }

    private static func only(_ formats: [ReportFormat], _ place: String) throws -> ReportFormat {
        guard formats.count < 2 else {
            throw ValidationError("\(place) takes one format; for several name files: -o report")
        }
        return formats.first ?? .text
    }

    /// The format that a file's name says; nil where it says none.
    private static func ending(of path: String) throws -> ReportFormat? {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...]
        if let format = ReportFormat(ending: ending) { return format }
        // 2026.11 is a name; what looks like another format is a mistake.
        guard !ending.isEmpty, ending.utf8.allSatisfy({ 0x61...0x7A ~= $0 | 0x20 }) else { return nil }
        let endings = ReportFormat.allCases.map(\.fileEnding).joined(separator: ", ")
        throw ValidationError("-o \(path): no report ends in .\(ending); there are: \(endings)")
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
