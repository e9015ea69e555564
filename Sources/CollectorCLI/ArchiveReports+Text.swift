// SPDX-License-Identifier: MIT

import Collector
import Ledger

extension ArchiveVerification.Report {
    /// For people, at most 80 columns but for names that are longer.
    var text: String {
        var lines = Columns.lines([
            ("archive", place), ("commits", Figures.commits(commits, firstCommit, lastCommit, head: head)),
            ("events", Figures.text(events) + (seeds > 0 ? ", and \(Figures.text(seeds)) adopted" : "")),
            ("revisions", Figures.text(revisions)), ("rejects", Figures.text(rejects)),
            ("duplicates", Figures.text(duplicates)),
            ("compared", "\(Figures.text(files)) files, \(Figures.text(shards)) index shards"),
            ("verdict", verdict),
        ])
        for problem in problems.prefix(Self.shown) { lines += problem.lines }
        if problems.count > Self.shown {
            lines.append("… and \(problems.count - Self.shown) more: --json has them all")
        }
        return lines.joined(separator: "\n")
    }

    private static let shown = 20

    /// One line.
    var verdict: String {
        if commits == 0, isGood { return "nothing is stored yet" }
        if isGood, seeds > 0 { return "good: since the adoption every event is stored exactly once" }
        if isGood { return "good: every event is stored exactly once" }
        let repairable = problems.count { $0.kind.isRepairable }
        return "\(problems.count) problem\(problems.count == 1 ? "" : "s"), \(repairable) of them repairable"
    }
}

extension ArchiveProblem {
    /// The object, then what and what to do, indented.
    fileprivate var lines: [String] {
        ["", "\(kind.rawValue)  \(object)"]
            + Columns.wrapped(what, indent: 2) + Columns.wrapped("fix: \(kind.fix)", indent: 2)
    }
}

extension ArchiveRepair.Report {
    /// For people: what was done, and the verification afterwards.
    var text: String {
        var lines = made.map { "made  \($0)" } + kept.map { "kept  \($0)" }
        if let head { lines.append("head  now at commit \(head)") }
        if made.isEmpty { lines.append("nothing to repair") }
        return (lines + ["", after.text]).joined(separator: "\n")
    }
}

extension ArchiveStatistics {
    /// For people.
    var text: String {
        var rows = [
            ("archive", place), ("commits", Figures.text(commits)), ("events", Figures.text(events)),
            ("revisions", Figures.text(revisions)), ("rejects", Figures.text(rejects)),
        ]
        if adopted > 0 { rows.append(("adopted", Figures.text(adopted))) }
        if unreadable > 0 { rows.append(("unreadable", "\(unreadable) commits: run `archive verify`")) }
        if let firstDate, let lastDate { rows.append(("dates", "\(firstDate) to \(lastDate)")) }
        if let newest = newestCommit {
            let time = Timestamp.text(newest.committedAt)
            rows.append(("newest", "commit \(newest.number), \(time)"))
            rows.append(("by run", newest.run))
        }
        var lines = Columns.lines(rows)
        if !storage.isEmpty { lines += ["", "stored".padded(12) + "objects".padded(10, isLeading: true) + "  size"] }
        for (kind, size) in storage.sorted(by: { $0.key < $1.key }) {
            lines.append(
                kind.padded(12) + Figures.text(size.objects).padded(10, isLeading: true) + "  "
                    + Figures.bytes(size.bytes))
        }
        if !eventsPerMonth.isEmpty { lines += ["", "month".padded(12) + "events".padded(10, isLeading: true)] }
        for (month, count) in eventsPerMonth.sorted(by: { $0.key < $1.key }) {
            lines.append(month.padded(12) + Figures.text(count).padded(10, isLeading: true))
        }
        return lines.joined(separator: "\n")
    }
}

/// Numbers as people read them.
private enum Figures {
    /// `85,011`.
    static func text(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `12.3 MB`, in powers of 1,000.
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1_000 { return unit == "B" ? "\(count) B" : "\((value * 10).rounded() / 10) \(unit)" }
            value /= 1_000
        }
        return "\((value * 10).rounded() / 10) TB"
    }

    static func commits(_ count: Int, _ first: Int?, _ last: Int?, head: Int?) -> String {
        guard let first, let last else { return "none" }
        return "\(text(count)), numbers \(first) to \(last)" + (head.map { ", head \($0)" } ?? "")
    }
}

private enum Columns {
    /// Names and values in two columns.
    static func lines(_ rows: [(String, String)]) -> [String] { rows.map { $0.0.padded(12) + $0.1 } }

    /// Breaks at blanks so that lines have at most 80 columns.
    static func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin
        for word in text.split(separator: " ") {
            if line.count > indent, line.count + 1 + word.count > 80 {
                lines.append(line)
                line = margin
            }
            line += (line.count > indent ? " " : "") + word
        }
        return lines + [line]
    }
}

extension String {
    /// With blanks behind it, or before it, to `width` columns.
    fileprivate func padded(_ width: Int, isLeading: Bool = false) -> String {
        let blanks = String(repeating: " ", count: Swift.max(0, width - count))
        return isLeading ? blanks + self : self + blanks
    }
}
