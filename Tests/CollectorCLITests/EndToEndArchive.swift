// SPDX-License-Identifier: MIT

import Collector
import Files
import Foundation
import JSON
import LocalOCI
import TestSupport
import Testing

/// What an archive holds, read from its files and from nothing else.
struct EndToEndArchive: Sendable {
    /// Bytes by object name.
    let objects: [String: [UInt8]]

    init(_ backend: EndToEndBackend, of cloud: EndToEndCloud) throws {
        switch backend {
        case .directory: objects = try Self.files(under: cloud.archivePath)
        case .oci: objects = try Self.bucket(cloud.directory + "/cloud/objects/polisen-events-collector/versions")
        }
    }

    init(directory: String) throws { objects = try Self.files(under: directory) }

    private static func files(under root: String) throws -> [String: [UInt8]] {
        var objects: [String: [UInt8]] = [:]
        for name in try FileSystem.walk(root) where !name.hasPrefix(".") {
            objects[name] = try FileSystem.read(FileSystem.join(root, name))
        }
        return objects
    }

    /// local-oci keeps a line of JSON and then the object's bytes, one file a version; the bucket keeps one of each.
    private static func bucket(_ root: String) throws -> [String: [UInt8]] {
        var objects: [String: [UInt8]] = [:]
        for file in try FileSystem.list(root) {
            guard let bytes = try FileSystem.read(FileSystem.join(root, file)),
                let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
                let name = try JSONValue.parse(Array(bytes[..<end]))["name"]?.string
            else { continue }
            objects[name] = Array(bytes[(end + 1)...])
        }
        return objects
    }

    /// Lines of all objects under `prefix`.
    func lines(under prefix: String) -> [[UInt8]] {
        objects.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.flatMap { object in
            object.value.split(separator: UInt8(ascii: "\n")).map(Array.init)
        }
    }

    /// Every event's versions, first to last, verbatim; what is not as it should be goes into `problems`.
    func versions(_ problems: inout [String]) throws -> [Int: [[UInt8]]] {
        var versions: [Int: [[UInt8]]] = [:]
        for line in lines(under: "events/") {
            guard let id = try JSONValue.parse(line)["id"]?.int else {
                problems.append("a line under events/ has no id")
                continue
            }
            if versions.updateValue([line], forKey: id) != nil { problems.append("event \(id) is stored twice") }
        }
        var revisions: [Int: [Int: [UInt8]]] = [:]
        let marker = Array(#","event":"#.utf8)
        for line in lines(under: "revisions/") {
            let value = try JSONValue.parse(line)
            guard let id = value["event"]?["id"]?.int, let number = value["revision"]?.int,
                let start = line.firstRange(of: marker)?.upperBound
            else {
                problems.append("a line under revisions/ is no revision")
                continue
            }
            let isNew = revisions[id, default: [:]].updateValue(Array(line[start...].dropLast()), forKey: number) == nil
            if !isNew { problems.append("revision \(number) of event \(id) is stored twice") }
        }
        for (id, known) in revisions {
            let numbers = known.keys.sorted()
            if numbers != Array(1...numbers.count) { problems.append("event \(id) has revisions \(numbers)") }
            versions[id, default: []] += numbers.compactMap { known[$0] }
        }
        return versions
    }

    /// What the product's own verification says.
    func verify() async throws -> ArchiveVerification.Report {
        try await withTemporaryDirectory { directory in
            for (name, bytes) in objects { try FileSystem.replace(FileSystem.join(directory, name), bytes) }
            return try await ArchiveVerification(.directory(directory)).run()
        }
    }
}

/// What the feed showed to runs, and which of these runs said that they had stored it.
struct FeedWitness: Sendable {
    private var generator: FeedGenerator
    /// Versions shown, in order, to any run; the same for runs that ended well.
    private var shown: [Int: [[UInt8]]] = [:]
    private var assured: [Int: [[UInt8]]] = [:]

    init(seed: UInt64) { generator = FeedGenerator(seed: seed, start: EndToEndCloud.start) }

    /// The feed's answer at `instant`, which some run may have seen.
    mutating func show(at instant: Date) -> FeedGenerator.Answer {
        let answer = generator.poll(at: instant)
        Self.note(answer, in: &shown)
        return answer
    }

    /// Whether the answer shows a version that no run has stored for certain.
    func isNews(_ answer: FeedGenerator.Answer) -> Bool {
        answer.events.contains { id, bytes in assured[id]?.last != bytes }
    }

    /// A run that got this answer ended well.
    mutating func assure(_ answer: FeedGenerator.Answer) { Self.note(answer, in: &assured) }

    private static func note(_ answer: FeedGenerator.Answer, in versions: inout [Int: [[UInt8]]]) {
        for (id, bytes) in answer.events where versions[id]?.last != bytes {
            versions[id, default: []].append(bytes)
        }
    }

    /// What is lost, stored twice, or different: nothing, where the archive is right.
    func problems(in archive: EndToEndArchive) throws -> [String] {
        var problems: [String] = []
        let stored = try archive.versions(&problems)
        for (id, versions) in stored {
            for (one, next) in zip(versions, versions.dropFirst()) where one == next {
                problems.append("event \(id) is stored twice in a row")
            }
            if !Self.isSubsequence(versions, of: shown[id] ?? []) {
                problems.append("event \(id) is stored as it was never shown, or in another order")
            }
        }
        for (id, versions) in assured where !Self.isSubsequence(versions, of: stored[id] ?? []) {
            problems.append("event \(id) is lost, or a version of it")
        }
        return problems
    }

    private static func isSubsequence(_ part: [[UInt8]], of whole: [[UInt8]]) -> Bool {
        var rest = whole[...]
        for element in part {
            guard let place = rest.firstIndex(of: element) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }

    var assuredCount: Int { assured.count }
}

/// Reads the archive and expects that it holds what it must, once.
func expectExactlyOnce(_ backend: EndToEndBackend, of cloud: EndToEndCloud, _ witness: FeedWitness) async throws {
    let archive = try EndToEndArchive(backend, of: cloud)
    #expect(try witness.problems(in: archive) == [])
    #expect(witness.assuredCount >= 500)
    let report = try await archive.verify()
    #expect(report.problems == [])
    #expect(report.events >= 500)
}
