// SPDX-License-Identifier: MIT

import Files
import JSON
import MQL

/// Reads files of metric data into columns, a line at a time, whatever their form.
///
/// Forms, known by what stands in them: answers of SummarizeMetricsData as the API or the `oci` program gives them (a file
/// each, or one a line), the lines of `replay --metrics-out`, and lines that hold one stream each, its values one after the
/// other.
struct MetricDataReader {
    private(set) var columns: MetricColumns
    /// Told now and then how many bytes have been read.
    var progress: (Int) -> Void = { _ in }

    private var bytesRead = 0
    private var points: PointLines

    /// - Parameters:
    ///   - wanted: names of metrics that are kept; nil: all.
    ///   - namespace: of points whose file does not say one.
    init(wanted: Set<String>? = nil, namespace: String) {
        columns = MetricColumns(wanted: wanted)
        points = PointLines(namespace: namespace)
    }

    /// A longer line, or a longer text of several lines, is refused.
    private static let limitBytes = 256 << 20

    /// The forms, for `--help`.
    static let forms = """
        Data files are JSON, plain or gzip: answers of SummarizeMetricsData as the API or `oci monitoring \
        metric-data summarize-metrics-data` gives them, a file each or one a line; lines of `replay --metrics-out`; lines \
        of one stream each: namespace, name, dimensions, start, step ("1m") and values, either an array with null for \
        no point or a text such as "0x59 1 _". - is standard input.
        """

    /// Adds what the file `path` (`-`: standard input) holds. Throws a `MetricDataError` at the first line that is none of
    /// the forms.
    mutating func read(_ path: String) throws {
        var lines: LineSource
        do throws(SourceError) {
            lines = try LineSource(path, limitBytes: Self.limitBytes)
        } catch {
            throw MetricDataError(error)
        }
        var isFirst = true
        while let line = try next(&lines) {
            bytesRead += line.count + 1
            progress(bytesRead)
            guard let first = line.first(where: { !$0.isBlank }) else { continue }
            let place = MetricDataError.Place(path: path, line: lines.lineNumber)
            guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
                throw MetricDataError(place, "neither { nor [ begins it")
            }
            if isFirst, !Self.isWhole(line) { return try document(from: line, &lines, place) }
            isFirst = false
            try take(line, place)
        }
    }

    /// Adds the streams of a test file.
    mutating func add(_ streams: [MetricStream]) { streams.forEach { columns.add($0) } }

    /// Adds one point.
    mutating func add(_ value: Double, at timestamp: Int64, to identity: StreamIdentity) {
        columns.add(value, at: timestamp, to: columns.place(of: identity))
    }

    /// The next piece of everything read, up to and with `until`; nothing may be read any more.
    mutating func nextStreams(until: Int64) -> [MetricStream] { columns.nextStreams(until: until) }

    /// Hands over everything read so far; this holds nothing afterwards.
    mutating func takeStore() -> MetricStore { MetricStore(columns.takeStreams()) }

    private func next(_ lines: inout LineSource) throws -> [UInt8]? {
        do throws(SourceError) {
            return try lines.next()
        } catch {
            throw MetricDataError(error)
        }
    }

    /// A file that is one JSON text over several lines.
    private mutating func document(
        from first: [UInt8], _ lines: inout LineSource, _ place: MetricDataError.Place
    ) throws {
        var text = first
        while let line = try next(&lines) {
            text.append(0x0A)
            text += line
            if text.count > Self.limitBytes {
                throw MetricDataError(place, "the text that begins there is longer than \(Self.limitBytes >> 20) MB")
            }
        }
        bytesRead += text.count - first.count
        try take(text, place)
    }

    private mutating func take(_ text: [UInt8], _ place: MetricDataError.Place) throws {
        do {
            try points.read(text.span, into: &columns)
        } catch {
            throw MetricDataError(place, "\(error)")
        }
    }

    /// Whether a text holds a value from its beginning to its end; false where only its end is missing.
    private static func isWhole(_ text: [UInt8]) -> Bool {
        var scanner = JSONScanner()
        do throws(JSONError) {
            try scanner.skipValue(text.span, depth: 128)
            return true
        } catch {
            if case .truncated = error { return false }
            return true
        }
    }
}

/// Why a file of metric data cannot be used.
struct MetricDataError: Error, CustomStringConvertible {
    /// Where.
    struct Place: Sendable {
        let path: String
        /// From 1.
        let line: Int
    }

    let description: String

    init(_ place: Place, _ problem: String) {
        description = "line \(place.line) of \(place.path) holds no metric data: \(problem)"
    }

    init(_ error: SourceError) { description = error.description }
}

extension UInt8 {
    /// White space of JSON.
    fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
