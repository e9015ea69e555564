// SPDX-License-Identifier: MIT

import Files
import FoundationEssentials
import Glibc

/// Points of those who could not have the lock: each kept a file of its own, which the next change takes in.
extension MetricSpool {
    private static let asidePrefix = "waiting-"

    /// Throws where there is no more room for such: a quarter of the spool's.
    func putAside(_ points: [MetricPoint]) throws(FileError) {
        guard !points.isEmpty else { return }
        var bytes: [UInt8] = []
        for (serial, point) in points.enumerated() {
            bytes += SpoolEntry(point, serial: serial).line + [UInt8(ascii: "\n")]
        }
        var taken = bytes.count
        for path in try asidePaths() { taken += try files.read(path)?.count ?? 0 }
        var generator = SystemRandomNumberGenerator()
        let name = "\(Self.asidePrefix)\(String(generator.next(), radix: 36)).jsonl"
        let path = FileSystem.join(directory, name)
        guard taken <= limitBytes / 4 else {
            throw FileError(operation: "keep more points, whose lock somebody holds, in", path: path, code: EDQUOT)
        }
        try files.replace(path, bytes)
    }

    /// Takes in what was put aside; returns the files, which have to go when the change is on disk.
    func join(_ contents: inout SpoolContents, _ now: Date) throws(FileError) -> [String] {
        let paths = try asidePaths()
        guard !paths.isEmpty else { return [] }
        // Who died between taking a file in and removing it has left points in both; nobody has sent them since, as
        // that is a change too.
        var known = Set(contents.entries.map { $0.line.drop { $0 != UInt8(ascii: ",") } })
        var points: [MetricPoint] = []
        var event = SpoolEvent()
        for path in paths {
            for line in try files.read(path)?.split(separator: UInt8(ascii: "\n")) ?? [] {
                guard known.insert(line.drop { $0 != UInt8(ascii: ",") }).inserted else { continue }
                if let point = SpoolEntry(line)?.point { points.append(point) } else { event.dropped[.encode] += 1 }
            }
        }
        contents.note(event)
        add(points, to: &contents, now)
        return paths
    }

    /// Empty first, which is on disk then: a file that a crash brings back holds nothing.
    func forget(_ paths: [String]) throws(FileError) {
        for path in paths {
            try files.replace(path, [])
            try files.remove(path)
        }
    }

    func asidePaths() throws(FileError) -> [String] {
        try files.list(directory).filter { $0.hasPrefix(Self.asidePrefix) && $0.hasSuffix(".jsonl") }
            .map { FileSystem.join(directory, $0) }
    }
}
