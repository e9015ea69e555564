// SPDX-License-Identifier: MIT

import Files
import Foundation
import TestSupport
import Testing

@testable import OCIMetrics

@Suite struct SpoolTests {
    private func spool(_ directory: String, limitBytes: Int = 1 << 20, _ clock: Clock = Clock()) -> MetricSpool {
        MetricSpool(directory: directory + "/spool", limitBytes: limitBytes, now: { clock.now })
    }

    private func bytes(_ spool: MetricSpool) throws -> [UInt8] { try FileSystem.read(spool.path) ?? [] }

    private func write(_ bytes: [UInt8], _ spool: MetricSpool) throws { try FileSystem.replace(spool.path, bytes) }

    @Test func `points come back as they were, oldest first`() throws {
        try withTemporaryDirectory { directory in
            let points = [
                MetricPoint(
                    name: "a.b", dimensions: ["k": "å\"\n", "j": "x"], unit: "By", value: -1.5e-7, count: 3, at: noon),
                MetricPoint(name: "c", dimensions: ["k": "v"], value: 1e300, at: noon.addingTimeInterval(-60.25)),
                MetricPoint(name: "c", dimensions: ["k": "v"], value: 0, at: noon.addingTimeInterval(300)),
            ]
            #expect(try spool(directory).append(points).isEmpty)
            #expect(try spool(directory).waiting() == [points[1], points[0], points[2]])
            let status = try spool(directory).status()
            #expect(status.points == 3)
            #expect(status.oldest == points[1].at)
            #expect(status.inDoubt == 0)
        }
    }

    @Test func `looking at a spool nobody has begun makes no files`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory)
            let (status, dropped) = (try spool.status(), try spool.dropped())
            #expect(status.points == 0)
            #expect(dropped.isEmpty)
            #expect(!FileSystem.exists(directory + "/spool"))
        }
    }

    @Test(
        arguments: [
            (point(value: .nan), .encode), (point(value: .infinity), .encode), (point("1a"), .encode),
            (point(""), .encode), (point(dimensions: [:]), .encode), (point(dimensions: ["": "x"]), .encode),
            (point(dimensions: ["k": ""]), .encode),
            (point(at: noon - 90_000), nil), (point(at: noon - 7199.9), nil), (point(at: noon + 3600), nil),
            (point(at: noon + 90_000), nil),
            (point(dimensions: ["k": String(repeating: "x", count: 513)]), .encode),
        ] as [(MetricPoint, DropReason?)])
    func `what OCI would refuse is dropped and counted`(point: MetricPoint, reason: DropReason?) throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory)
            let expected = DropCounts(reason.map { [$0: 1] } ?? [:])
            let dropped = try spool.append([point, OCIMetricsTests.point("fine")])
            #expect(dropped == expected)
            #expect(try spool.dropped() == expected)
            #expect(try spool.status().points == (reason == nil ? 2 : 1))
        }
    }

    /// Not in the table above: Foundation traps where it prints such a date.
    @Test func `an instant that is no number is dropped and counted`() throws {
        try withTemporaryDirectory { directory in
            let dropped = try spool(directory).append([point(at: Date(timeIntervalSince1970: .nan))])
            #expect(dropped == DropCounts([.encode: 1]))
        }
    }

    @Test func `a full spool drops the oldest, counts them and stays within its limit`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory, limitBytes: 64 << 10)
            for batch in 0..<30 {
                try spool.append(
                    (0..<60).map { point(value: Double(batch * 60 + $0), at: noon - 3600 + Double(batch)) })
                let size = try FileSystem.size(spool.path) ?? 0
                #expect(size <= 64 << 10)
            }
            let left = try spool.waiting().map(\.value)
            #expect(left.count > 300)
            #expect(left == (1800 - left.count..<1800).map(Double.init))
            #expect(try spool.dropped() == DropCounts([.spoolFull: 1800 - left.count]))
        }
    }

    @Test func `points on their way are the last to be dropped`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory, limitBytes: 64 << 10)
            try spool.append((0..<200).map { point(value: Double($0), at: noon - 3600) })
            var round = PostRound(destination: .test, isForced: false)
            let batch = try spool.change { (contents, now) throws(FileError) in round.step(&contents, now) }
            #expect(batch?.points == 200)
            for _ in 0..<20 { try spool.append((0..<60).map { _ in point(value: -1) }) }
            #expect(try spool.status().inDoubt == 200)
        }
    }

    @Test func `counts are taken off by the write that reports them`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory)
            try spool.append([point(value: .nan), point(value: .nan), point(at: noon - 60)])
            #expect(try spool.dropped() == DropCounts([.encode: 2]))
            try spool.append { news in
                #expect(news == SpoolNews(dropped: DropCounts([.encode: 2]), oldest: noon - 60))
                return [point("telemetry_points_dropped", value: 2), point(value: .nan)]
            }
            #expect(try spool.dropped() == DropCounts([.encode: 1]))
            #expect(try spool.takeDropped() == DropCounts([.encode: 1]))
            #expect(try spool.takeDropped().isEmpty)
        }
    }

    @Test func `each drop is told by one of those who tell at once, and by one only`() async throws {
        try await withTemporaryDirectory { directory in
            let told = await withTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var told = 0
                        for _ in 0..<10 {
                            // A spool of its own for each, with its own locks, as in another process.
                            _ = try? spool(directory).append { news in
                                told += news.dropped.total
                                return [point(value: .nan)]
                            }
                        }
                        return told
                    }
                }
                return await group.reduce(0, +)
            }
            let left = try spool(directory).takeDropped().total
            #expect(told + left == 40)
        }
    }

    @Test func `what a clock calls late waits, until there is more of it than two hours of points take`() throws {
        try withTemporaryDirectory { directory in
            let clock = Clock()
            let spool = spool(directory, limitBytes: 256 << 10, clock)
            try spool.append((0..<100).map { point(value: Double($0), at: noon - 600 + Double($0)) })
            clock.advance(86_400)
            #expect(try spool.append([point(value: 100, at: clock.now)]).isEmpty)
            #expect(try spool.waiting().count == 101)
            let lost = try spool.append((0..<1000).map { point(value: Double($0), at: clock.now) })
            #expect(lost == DropCounts([.late: 100]))
            #expect(try spool.waiting().count == 1001)
        }
    }

    enum Damage: CaseIterable {
        case tornEnd, zeroBytes, foreignLine, tornMark, wrongMark, tornAndGoneOn, noHead

        func apply(_ bytes: [UInt8]) -> [UInt8] {
            switch self {
            case .tornEnd: bytes.dropLast(9)
            case .zeroBytes: bytes + [UInt8](repeating: 0, count: 40)
            case .foreignLine: Array("hello\n".utf8) + bytes
            case .tornMark: bytes + Array(#"{"gone":[[1,"#.utf8)
            case .wrongMark: bytes + Array(#"{"gone":[[9,1]]}"#.utf8)
            case .tornAndGoneOn: bytes.dropLast(9) + [0x0A]
            case .noHead: Array(bytes.drop { $0 != 0x0A })
            }
        }

        var readable: Int { self == .tornEnd || self == .tornAndGoneOn ? 9 : 10 }
        /// Lines that may have been points.
        var counted: Int { [.tornMark, .wrongMark, .noHead].contains(self) ? 0 : 1 }
    }

    @Test(arguments: Damage.allCases)
    func `a damaged file never stops it`(damage: Damage) async throws {
        let (readable, counted) = (damage.readable, damage.counted)
        try await withTemporaryDirectory { directory in
            let spool = spool(directory)
            try spool.append((0..<10).map { point(value: Double($0)) })
            try write(Array(damage.apply(try bytes(spool))), spool)
            #expect(try spool.waiting().count == readable)
            #expect(try spool.append([point(value: 77)]).isEmpty)
            let endpoint = ScriptedEndpoint()
            let report = await MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { noon }), post: endpoint.post
            ).post(until: .seconds(2))
            #expect(report.posted == readable + 1)
            #expect(report.left == 0)
            #expect(endpoint.values == (0..<readable).map(Double.init) + [77])
            #expect(try spool.dropped() == DropCounts([.encode: counted]))
            let isAside = FileSystem.exists(spool.damagedPath)
            #expect(isAside == (damage != .noHead))
            #expect(try spool.status().damagedLines == (isAside ? 1 : 0))
        }
    }

    @Test func `whatever bytes are hit, the other lines survive`() throws {
        let disk = CrashDisk()
        let spool = MetricSpool(directory: "/s", limitBytes: 1 << 20, files: disk.files(of: Life()), now: { noon })
        try spool.append((0..<12).map { point(value: Double($0)) } + [point(value: .nan)])
        let whole = try #require(disk.bytes(spool.path))
        let lines = Set(whole.split(separator: 0x0A))
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1000 {
            var hit = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<hit.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: hit[place] = UInt8.random(in: 0...255, using: &random)
                case 1: hit[place] = UInt8.random(in: 0x30...0x39, using: &random)
                case 2: hit.remove(at: place)
                default: hit.insert(contentsOf: Array("99".utf8), at: place)
                }
            }
            disk.set(spool.path, hit)
            do throws(FileError) {
                try spool.append([point(value: 77)])
            } catch {
                // A format of the future is the one thing that is left alone.
                let head = hit.split(separator: 0x0A).first
                #expect(head.flatMap(SpoolEvent.format) ?? 0 > 1)
                continue
            }
            let values = Set(try spool.waiting().map(\.value))
            let left = hit.split(separator: 0x0A).filter(lines.contains).compactMap { SpoolEntry($0)?.point?.value }
            #expect(values.isSuperset(of: left))
            #expect(values.contains(77))
        }
    }

    @Test func `a line that begins like a point and holds none is kept aside when its turn comes`() async throws {
        try await withTemporaryDirectory { directory in
            let spool = spool(directory)
            try spool.append([point("good", value: 1), point("bad", value: 2)])
            let text = String(decoding: try bytes(spool), as: UTF8.self)
            try write(Array(text.replacingOccurrences(of: "\"bad\",2", with: "\"bad\",2e999").utf8), spool)
            let endpoint = ScriptedEndpoint()
            let report = await MetricPoster(
                spool: spool, destination: .test, time: .standing(now: { noon }), post: endpoint.post
            ).post(until: .seconds(2))
            #expect(endpoint.values == [1])
            #expect(report.dropped == DropCounts([.encode: 1]))
            #expect(try spool.dropped() == DropCounts([.encode: 1]))
            let aside = String(decoding: try FileSystem.read(spool.damagedPath) ?? [], as: UTF8.self)
            #expect(aside.contains("2e999"))
        }
    }

    @Test func `what is kept aside is bounded too`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory, limitBytes: 64 << 10)
            for _ in 0..<50 {
                try spool.append([point()])
                try write(try bytes(spool) + Array(repeating: 0x78, count: 300) + [0x0A], spool)
            }
            #expect(try FileSystem.size(spool.damagedPath) ?? 0 <= 2048)
            #expect(try spool.dropped()[.encode] == 50)
        }
    }

    @Test func `a file of a newer version is left alone`() throws {
        try withTemporaryDirectory { directory in
            let spool = spool(directory)
            let newer = Array("{\"spool\":2,\"next\":1}\nwhatever\n".utf8)
            try spool.append([point()])
            try write(newer, spool)
            #expect(throws: FileError.self) { try spool.append([point()]) }
            #expect(try bytes(spool) == newer)
        }
    }

    @Test func `serials are never used twice, even after the file was taken away`() throws {
        try withTemporaryDirectory { directory in
            let clock = Clock()
            let spool = spool(directory, clock)
            try spool.append([point(), point()])
            let first = try spool.change { (contents, _) throws(FileError) in contents.next }
            try FileSystem.remove(spool.path)
            clock.advance(1)
            try spool.append([point()])
            let second = try spool.change { (contents, _) throws(FileError) in contents.entries[0].serial }
            #expect(second >= first)
        }
    }

    @Test func `processes that append at once lose nothing`() async throws {
        try await withTemporaryDirectory { directory in
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for number in 0..<10 {
                            // A spool of its own for each, with its own locks, as in another process.
                            _ = try? spool(directory).append([point(value: Double(writer * 10 + number))])
                        }
                    }
                }
            }
            let values = try spool(directory).waiting().map(\.value)
            #expect(values.sorted() == (0..<40).map(Double.init))
        }
    }
}
