// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import ServiceLevels

/// Where objectives lie, for every command that reads them.
struct SLOPlaceOptions: ParsableArguments {
    @Option(
        name: .customLong("slos"),
        help: ArgumentHelp(
            "Directory of objectives (default: slos.path, else ./slos if it is there, else "
                + "/usr/share/polisen-collector/slos)", valueName: "dir"))
    var slos: String?
}

/// The directory of objectives: one rule for all commands.
enum SLOPlaces {
    /// Where packages and `make install` put them, in the order in which they are looked for.
    static let installed = ["/usr/share/polisen-collector/slos", "/usr/local/share/polisen-collector/slos"]

    /// `chosen` (a flag or `slos.path`), else the first that is there. One that does not exist is returned all the same,
    /// so that the error names it.
    static func slos(_ chosen: String?, exists: (String) -> Bool = FileSystem.exists) -> String {
        if let chosen { return chosen }
        return (["slos"] + installed).first(where: exists) ?? "slos"
    }
}

/// Why objectives cannot be read: every problem of every file.
struct SLOFilesProblem: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
}

/// The objectives of a directory.
enum SLOFiles {
    private static let limitBytes = 1 << 20

    /// All of them, sorted by file and place within it; the names differ, and there is one at least.
    static func read(_ directory: String) throws(SLOFilesProblem) -> [SLO] {
        var (slos, problems): ([(slo: SLO, path: String)], [String]) = ([], [])
        for path in try paths(in: directory) {
            do throws(SLOFilesProblem) {
                slos += try one(path).map { ($0, path) }
            } catch {
                problems.append(error.description)
            }
        }
        for (index, one) in slos.enumerated() {
            guard let first = slos[..<index].first(where: { $0.slo.name == one.slo.name }) else { continue }
            problems.append("\(one.path): the objective \(one.slo.name) is in \(first.path), too: take one away")
        }
        guard problems.isEmpty else { throw SLOFilesProblem(description: problems.joined(separator: "\n")) }
        return slos.map(\.slo)
    }

    private static func paths(in directory: String) throws(SLOFilesProblem) -> [String] {
        guard FileSystem.exists(directory) else {
            throw SLOFilesProblem(
                description: "there is no \(directory); name a directory of objectives with --slos or slos.path")
        }
        let names: [String]
        do throws(FileError) {
            names = try FileSystem.list(directory).filter {
                // What some systems leave beside a file (._freshness.yaml) is no objective.
                !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml"))
            }
        } catch {
            throw SLOFilesProblem(description: "\(error)")
        }
        guard !names.isEmpty else {
            throw SLOFilesProblem(description: "there are no objectives (*.yaml) in \(directory); see slos/README.md")
        }
        return names.sorted().map { FileSystem.join(directory, $0) }
    }

    private static func one(_ path: String) throws(SLOFilesProblem) -> [SLO] {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.bytes(path, limitBytes: limitBytes)
        } catch {
            throw SLOFilesProblem(description: "\(error)")
        }
        do throws(SLOError) {
            return try SLOFile.read(bytes, path: path)
        } catch {
            throw SLOFilesProblem(description: "\(error)")
        }
    }
}
