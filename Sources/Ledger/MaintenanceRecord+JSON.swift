// SPDX-License-Identifier: MIT

import FoundationEssentials
package import JSON

extension MaintenanceRecord {
    /// One line of the ledger.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "maintenance"), JSONMember("id", .string(id)),
            JSONMember("job", .string(job)), JSONMember("recorded_at", .string(Timestamp.text(recordedAt))),
            JSONMember("starts_at", .string(Timestamp.text(startsAt))),
        ]
        if let endsAt { members.append(JSONMember("ends_at", .string(Timestamp.text(endsAt)))) }
        if isCancelled { members.append(JSONMember("cancelled", true)) }
        if pausesRuns { members.append(JSONMember("pauses_runs", true)) }
        members += [
            JSONMember("reason", .string(reason)), JSONMember("author", .string(author)),
            JSONMember("host", .string(host)), JSONMember("version", .string(version)),
        ]
        return .object(members)
    }

    /// The record of a ledger's line.
    package init(line: [UInt8]) throws(RecordError) {
        let reader = try TypedLine(line, type: "maintenance", schema: Self.schema)
        self.init(
            id: try reader.text("id"), job: reader.json["job"]?.string ?? "",
            recordedAt: try reader.instant("recorded_at"), startsAt: try reader.instant("starts_at"),
            endsAt: try reader.optionalInstant("ends_at"), reason: reader.json["reason"]?.string ?? "",
            author: reader.json["author"]?.string ?? "", host: reader.json["host"]?.string ?? "",
            version: reader.json["version"]?.string ?? "")
        isCancelled = try reader.flag("cancelled")
        pausesRuns = try reader.flag("pauses_runs")
    }
}

extension NoteRecord {
    /// One line of the ledger.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "note"), JSONMember("id", .string(id)),
            JSONMember("kind", .string(kind.rawValue)), JSONMember("job", .string(job)),
            JSONMember("recorded_at", .string(Timestamp.text(recordedAt))),
            JSONMember("at", .string(Timestamp.text(at))), JSONMember("text", .string(text)),
        ]
        if let runID { members.append(JSONMember("run_id", .string(runID.description))) }
        if let dueAt { members.append(JSONMember("due_at", .string(Timestamp.text(dueAt)))) }
        if let linesCounted { members.append(JSONMember("lines_counted", .int(linesCounted))) }
        if let duplicates { members.append(JSONMember("duplicates", .int(duplicates))) }
        members += [
            JSONMember("author", .string(author)), JSONMember("host", .string(host)),
            JSONMember("version", .string(version)),
        ]
        return .object(members)
    }

    /// The record of a ledger's line.
    package init(line: [UInt8]) throws(RecordError) {
        let reader = try TypedLine(line, type: "note", schema: Self.schema)
        guard let kind = Kind(rawValue: try reader.text("kind")) else { throw .invalid(member: "kind") }
        self.init(
            id: try reader.text("id"), kind: kind, job: reader.json["job"]?.string ?? "",
            recordedAt: try reader.instant("recorded_at"), at: try reader.instant("at"),
            text: try reader.text("text"), author: reader.json["author"]?.string ?? "",
            host: reader.json["host"]?.string ?? "", version: reader.json["version"]?.string ?? "")
        runID = try reader.optionalRunID("run_id")
        dueAt = try reader.optionalInstant("due_at")
        linesCounted = try reader.count("lines_counted")
        duplicates = try reader.count("duplicates")
    }
}

/// A line whose type and schema are those expected; reads members by name and says which one is wrong.
struct TypedLine {
    let json: JSONValue

    init(_ line: [UInt8], type: String, schema limit: Int) throws(RecordError) {
        do throws(JSONError) {
            json = try JSONValue.parse(line)
        } catch {
            throw .notJSON(error)
        }
        guard json["type"]?.string == type else { throw .invalid(member: "type") }
        guard let schema = json["schema"]?.int else { throw .invalid(member: "schema") }
        guard schema <= limit else { throw .newerSchema(schema) }
    }

    /// A text that is not empty.
    func text(_ name: String) throws(RecordError) -> String {
        guard let text = json[name]?.string, !text.isEmpty else { throw .invalid(member: name) }
        return text
    }

    func instant(_ name: String) throws(RecordError) -> Date {
        guard let date = json[name]?.string.flatMap(Timestamp.date) else { throw .invalid(member: name) }
        return date
    }

    /// nil where it is missing or null: a damaged end must not become an open one.
    func optionalInstant(_ name: String) throws(RecordError) -> Date? {
        guard let value = json[name], !value.isNull else { return nil }
        return try instant(name)
    }

    /// nil where it is missing or null.
    func optionalRunID(_ name: String) throws(RecordError) -> RunID? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let runID = value.string.flatMap(RunID.init) else { throw .invalid(member: name) }
        return runID
    }

    /// A number that is not negative; nil where it is missing or null.
    func count(_ name: String) throws(RecordError) -> Int? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let count = value.int, count >= 0 else { throw .invalid(member: name) }
        return count
    }

    /// false where it is missing or null.
    func flag(_ name: String) throws(RecordError) -> Bool {
        guard let value = json[name], !value.isNull else { return false }
        guard let flag = value.bool else { throw .invalid(member: name) }
        return flag
    }
}
