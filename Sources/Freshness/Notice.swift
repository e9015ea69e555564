// SPDX-License-Identifier: MIT

import FoundationEssentials

/// What somebody is told: a title with the verdict's word first, and a body of at most 1,000 characters.
package struct Notice: Sendable, Hashable {
    package let reason: NoticeReason
    package let title: String
    package let body: String

    package static let bodyLimit = 1_000
    /// A Notifications title is an e-mail's subject.
    package static let titleLimit = 200

    /// - Parameters:
    ///   - remark: what is wrong with the checker itself.
    ///   - maintenance: planned work under way.
    package init(
        _ verdict: Verdict, reason: NoticeReason, job: String, host: String, remark: String? = nil,
        maintenance: String? = nil
    ) {
        self.reason = reason
        let word: String
        switch reason {
        case .schedulerUnhealthy: word = "SCHEDULER UNHEALTHY"
        case .schedulerHealthy: word = "SCHEDULER HEALTHY"
        default: word = verdict.state.rawValue.uppercased()
        }
        let age = verdict.ageSeconds.map { Spans.text($0) } ?? "unknown"
        let note = reason == .reminder ? " (still)" : reason == .recovered ? " again" : ""
        let last = verdict.ageSeconds == nil ? "no good run known" : "last good run \(age) ago"
        title = Self.cut("\(word)\(note): \(job) on \(host), \(last)", Self.titleLimit)
        var lines = ["\(word)\(note): \(verdict.cause)"]
        if let problem = verdict.scheduler.problem { lines.append("scheduler: \(problem)") }
        lines.append("age: \(age); since: \(Diagnosis.minute(verdict.since)); data: \(Self.data(verdict))")
        if let success = verdict.lastSuccessAt { lines.append("last good run: \(Diagnosis.minute(success))") }
        lines.append("job: \(job); host: \(host)")
        if let maintenance { lines.append("maintenance: \(Self.cut(maintenance, 200))") }
        if let remark { lines.append("checker: \(Self.cut(remark, 200))") }
        let end = "next: \(verdict.nextCommand)"
        let room = Self.bodyLimit - end.count - 1
        // The command stands last and whole, whatever the error says.
        if let error = verdict.lastError {
            let used = lines.joined(separator: "\n").count + "\nlast error: ".count
            if room - used > 20 { lines.append("last error: " + Self.cut(error, room - used)) }
        }
        body = Self.cut(lines.joined(separator: "\n"), room) + "\n" + end
    }

    /// As it was kept.
    package init(reason: NoticeReason, title: String, body: String) {
        self.reason = reason
        self.title = title
        self.body = body
    }

    private static func data(_ verdict: Verdict) -> String {
        verdict.dataAgeSeconds.map { "newest \(Spans.text($0)) old" } ?? "unknown"
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
    }
}
