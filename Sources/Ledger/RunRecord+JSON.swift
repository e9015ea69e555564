// SPDX-License-Identifier: MIT

import FoundationEssentials
package import JSON

extension RunRecord {
    /// One line of the ledger without its LF: compact JSON, members always in the same order, absent ones left out.
    package func encoded() -> [UInt8] { json.encoded() }

    /// The record as JSON.
    package var json: JSONValue {
        var members = [
            JSONMember("schema", .int(Self.schema)), JSONMember("type", "run"),
            JSONMember("run_id", .string(runID.description)), JSONMember("job", .string(job)),
            JSONMember("environment", .string(environment)), JSONMember("command", .string(command.rawValue)),
        ]
        members.add("planned_at", plannedAt)
        members.add("started_at", startedAt)
        members.add("ended_at", endedAt)
        members.add("outcome", outcome.rawValue)
        members.append(JSONMember("stages", .array(stages.map(\.json))))
        members.add("error", error?.json)
        members.add("skip_reason", skipReason?.rawValue)
        members.add("answer", answer?.json)
        members.append(JSONMember("counts", counts.json))
        members.append(JSONMember("commits", .array(commits.map(JSONValue.int))))
        members += [
            JSONMember("objects_put", .int(objectsPut)), JSONMember("feed_calls", .int(feedCalls)),
            JSONMember("requests", .int(requests)), JSONMember("retries", .int(retries)),
            JSONMember("version", .string(version)), JSONMember("config_sha", .string(configSHA)),
            JSONMember("host", .string(host)),
        ]
        members.add("invocation_id", invocationID)
        members.append(JSONMember("cpu_seconds", .double(cpuSeconds)))
        members.append(JSONMember("peak_memory_bytes", .int(peakMemoryBytes)))
        members.add("exec", execution?.json)
        members.add("measures", measures.json)
        members.add("notes", notes.isEmpty ? nil : .array(notes.map(JSONValue.string)))
        return .object(members)
    }

    /// Reads a line back. Members it does not know are ignored.
    package init(line: [UInt8]) throws(RecordError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(line)
        } catch {
            throw .notJSON(error)
        }
        try self.init(json: value)
    }

    /// Reads a record back; throws `newerSchema` and `invalid`.
    package init(json: JSONValue) throws(RecordError) {
        let reader = RecordReader(json)
        let schema: Int = try reader.required("schema", \.int)
        if schema > Self.schema { throw .newerSchema(schema) }
        guard json["type"] == "run" else { throw .invalid(member: "type") }
        self.init(
            runID: try reader.required("run_id") { $0.string.flatMap(RunID.init) },
            job: try reader.required("job", \.string), environment: try reader.required("environment", \.string),
            command: try reader.name("command"), startedAt: try reader.required("started_at", \.instant),
            endedAt: try reader.required("ended_at", \.instant), outcome: try reader.name("outcome"),
            version: try reader.required("version", \.string), configSHA: try reader.required("config_sha", \.string),
            host: try reader.required("host", \.string))
        plannedAt = try reader.optional("planned_at", \.instant)
        stages = try reader.list("stages", StageTime.init(json:))
        error = try reader.optional("error", Failure.init(json:))
        skipReason = try reader.optional("skip_reason") { $0.string.flatMap(SkipReason.init) }
        answer = try reader.optional("answer", Answer.init(json:))
        counts = try reader.optional("counts", Counts.init(json:)) ?? Counts()
        commits = try reader.list("commits", \.int)
        objectsPut = try reader.optional("objects_put", \.int) ?? 0
        feedCalls = try reader.optional("feed_calls", \.int) ?? 0
        requests = try reader.optional("requests", \.int) ?? 0
        retries = try reader.optional("retries", \.int) ?? 0
        invocationID = try reader.optional("invocation_id", \.string)
        cpuSeconds = try reader.optional("cpu_seconds", \.double) ?? 0
        peakMemoryBytes = try reader.optional("peak_memory_bytes", \.int) ?? 0
        execution = try reader.optional("exec", Execution.init(json:))
        measures = try reader.optional("measures", Measures.init(json:)) ?? Measures()
        notes = try reader.list("notes", \.string)
    }
}

/// Reads members by name and says which one is wrong.
private struct RecordReader {
    private let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    func required<T>(_ member: String, _ read: (JSONValue) -> T?) throws(RecordError) -> T {
        guard let value = json[member].flatMap(read) else { throw .invalid(member: member) }
        return value
    }

    /// nil where it is missing or null.
    func optional<T>(_ member: String, _ read: (JSONValue) -> T?) throws(RecordError) -> T? {
        guard let value = json[member], !value.isNull else { return nil }
        guard let result = read(value) else { throw .invalid(member: member) }
        return result
    }

    func name<T: RawRepresentable<String>>(_ member: String) throws(RecordError) -> T {
        try required(member) { $0.string.flatMap(T.init) }
    }

    /// Empty where it is missing.
    func list<T>(_ member: String, _ read: (JSONValue) -> T?) throws(RecordError) -> [T] {
        guard let value = json[member], !value.isNull else { return [] }
        let elements = value.array?.map(read) ?? [nil]
        let read = elements.compactMap { $0 }
        guard read.count == elements.count else { throw .invalid(member: member) }
        return read
    }
}

extension RunRecord.StageTime {
    fileprivate var json: JSONValue { ["stage": .string(stage.rawValue), "seconds": .double(seconds)] }

    fileprivate init?(json: JSONValue) {
        guard let stage = json["stage"]?.string.flatMap(RunRecord.Stage.init), let seconds = json["seconds"]?.double
        else { return nil }
        self.init(stage, seconds: seconds)
    }
}

extension RunRecord.Failure {
    fileprivate var json: JSONValue {
        var members = [JSONMember("type", .string(type)), JSONMember("message", .string(message))]
        members.add("stage", stage?.rawValue)
        members.add("http_status", httpStatus.map(JSONValue.int))
        members.add("request_id", requestID)
        members.add("exit_code", .int(exitCode))
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let type = json["type"]?.string, let message = json["message"]?.string,
            let exitCode = json["exit_code"]?.int
        else { return nil }
        self.init(
            type: type, message: message, stage: json["stage"]?.string.flatMap(RunRecord.Stage.init),
            httpStatus: json["http_status"]?.int, requestID: json["request_id"]?.string, exitCode: exitCode)
    }
}

extension RunRecord.Answer {
    fileprivate var json: JSONValue {
        var members = [JSONMember("class", .string(answerClass))]
        members.add("status", status.map(JSONValue.int))
        members.add("bytes", .int(bytes))
        members.add("wire_bytes", .int(wireBytes))
        members.add("sha256", sha256)
        members.add("events", .int(events))
        members.add("types", .int(types))
        members.add("newest_at", newestAt)
        members.add("etag", etag)
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let answerClass = json["class"]?.string else { return nil }
        self.init(
            answerClass: answerClass, status: json["status"]?.int, bytes: json["bytes"]?.int ?? 0,
            wireBytes: json["wire_bytes"]?.int ?? 0, sha256: json["sha256"]?.string, events: json["events"]?.int ?? 0,
            types: json["types"]?.int ?? 0, newestAt: json["newest_at"]?.instant, etag: json["etag"]?.string)
    }
}

extension RunRecord.Counts {
    fileprivate var json: JSONValue {
        [
            "returned": .int(returned), "new": .int(new), "revised": .int(revised), "unchanged": .int(unchanged),
            "rejected": .int(rejected),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard json.object != nil else { return nil }
        self.init(
            returned: json["returned"]?.int ?? 0, new: json["new"]?.int ?? 0, revised: json["revised"]?.int ?? 0,
            unchanged: json["unchanged"]?.int ?? 0, rejected: json["rejected"]?.int ?? 0)
    }
}

extension RunRecord.Execution {
    fileprivate var json: JSONValue {
        var members = [JSONMember("program", .string(program))]
        members.add("exit_status", exitStatus.map(JSONValue.int))
        members.add("signal", signal.map(JSONValue.int))
        members.add("timed_out", .bool(isTimedOut))
        members.add("output_bytes", .int(outputBytes))
        members.add("output_tail", outputTail)
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let program = json["program"]?.string else { return nil }
        self.init(program: program)
        exitStatus = json["exit_status"]?.int
        signal = json["signal"]?.int
        isTimedOut = json["timed_out"]?.bool ?? false
        outputBytes = json["output_bytes"]?.int ?? 0
        outputTail = json["output_tail"]?.string
    }
}

extension JSONValue {
    fileprivate var instant: Date? { string.flatMap(Timestamp.date) }
}

extension [JSONMember] {
    fileprivate mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { append(JSONMember(name, value)) }
    }

    fileprivate mutating func add(_ name: String, _ text: String?) {
        add(name, text.map(JSONValue.string))
    }

    fileprivate mutating func add(_ name: String, _ date: Date?) {
        add(name, date.map { .string(Timestamp.text($0)) })
    }
}
