// SPDX-License-Identifier: MIT

import HTTPTypes
package import JSON
import Transport

extension Monitoring {
    /// An alarm as the service has it, and the tag that a guarded change has to name.
    package struct VersionedAlarm: Sendable, Hashable {
        /// The whole alarm, members and texts of later years included.
        package let json: JSONValue
        /// For `if-match`; nil where the service named none.
        package let etag: String?
        /// The alarm's OCID.
        package let id: String

        package init(json: JSONValue, etag: String?, id: String) {
            self.json = json
            self.etag = etag
            self.id = id
        }
    }

    /// CreateAlarm: `details` is a CreateAlarmDetails object, sent as it is.
    ///
    /// - Parameter retryToken: 1 to 64 letters and digits, new for each alarm: with it the service makes one alarm
    ///   however often the call is repeated within 24 hours.
    package func createAlarm(_ details: JSONValue, retryToken: String) async throws(OCIError) -> VersionedAlarm {
        var call = OCIClient.Call("CreateAlarm", .monitoring, .post, "/alarms")
        call.subject = details.text("displayName") ?? ""
        guard (1...64).contains(retryToken.utf8.count), retryToken.utf8.allSatisfy(Wire.isAlphanumeric) else {
            throw .unusable(operation: call.title, problem: "a retry token is 1 to 64 letters and digits")
        }
        call.headers[.opcRetryToken] = retryToken
        call.body = details.encoded()
        return try Self.alarm(try await client.send(call))
    }

    /// GetAlarm; nil where the service has no such alarm, or does not show it to this caller.
    package func alarm(_ id: String) async throws(OCIError) -> VersionedAlarm? {
        var call = OCIClient.Call("GetAlarm", .monitoring, .get, "/alarms/\(id)")
        call.subject = id
        call.expected = [404]
        let answer = try await client.send(call)
        return answer.reply.status == 404 ? nil : try Self.alarm(answer)
    }

    /// UpdateAlarm: members that are absent stay as they are.
    ///
    /// - Parameter etag: the alarm is changed only if it is still the one with this tag; a 412 otherwise. nil: in any
    ///   case. A 412 after more than one attempt may be the trace of an earlier attempt whose reply was lost.
    package func updateAlarm(
        _ id: String, _ changes: JSONValue, ifMatch etag: String?
    ) async throws(OCIError) -> VersionedAlarm {
        var call = OCIClient.Call("UpdateAlarm", .monitoring, .put, "/alarms/\(id)")
        call.subject = id
        call.headers[.ifMatch] = etag
        call.body = changes.encoded()
        return try Self.alarm(try await client.send(call))
    }

    /// DeleteAlarm. Gives false where there was no such alarm (any more).
    ///
    /// - Parameter etag: as for `updateAlarm`.
    @discardableResult
    package func deleteAlarm(_ id: String, ifMatch etag: String?) async throws(OCIError) -> Bool {
        var call = OCIClient.Call("DeleteAlarm", .monitoring, .delete, "/alarms/\(id)")
        call.subject = id
        call.headers[.ifMatch] = etag
        call.expected = [404]
        return try await client.send(call).reply.status != 404
    }

    /// ListAlarms: summaries, all pages, in the service's order. A summary lacks some members of the alarm: to compare
    /// definitions, ask for each by `alarm(_:)`.
    ///
    /// - Parameters:
    ///   - displayName: exactly this one; nil: any.
    ///   - lifecycleState: `ACTIVE` `DELETING` `DELETED`; nil: any.
    package func alarms(
        compartment: String, displayName: String? = nil, lifecycleState: String? = nil
    ) async throws(OCIError) -> [JSONValue] {
        var call = OCIClient.Call("ListAlarms", .monitoring, .get, "/alarms")
        call.subject = compartment
        call.ask("compartmentId", compartment)
        call.ask("displayName", displayName)
        call.ask("lifecycleState", lifecycleState)
        return try await client.allPages(call)
    }

    /// RetrieveDimensionStates: the streams of an alarm and which of them fire, all pages.
    ///
    /// - Parameters:
    ///   - dimensions: only streams that have these; empty: all.
    ///   - status: `FIRING` or `OK`; nil: both.
    package func dimensionStates(
        _ id: String, dimensions: [String: String] = [:], status: String? = nil
    ) async throws(OCIError) -> [AlarmDimensionState] {
        var call = OCIClient.Call(
            "RetrieveDimensionStates", .monitoring, .post, "/alarms/\(id)/actions/retrieveDimensionStates")
        call.subject = id
        call.body = JSONValue.present([
            ("dimensionFilters", dimensions.isEmpty ? nil : .texts(dimensions)),
            ("status", status.map(JSONValue.string)),
        ]).encoded()
        return try await client.allPages(call, elements: "items").map(AlarmDimensionState.init)
    }

    /// RemoveAlarmSuppression: ends the suppression that stands in the alarm itself.
    package func removeSuppression(_ id: String, ifMatch etag: String? = nil) async throws(OCIError) {
        var call = OCIClient.Call(
            "RemoveAlarmSuppression", .monitoring, .post, "/alarms/\(id)/actions/removeSuppression")
        call.subject = id
        call.headers[.ifMatch] = etag
        call.body = []
        _ = try await client.send(call)
    }

    private static func alarm(_ answer: OCIClient.Answer) throws(OCIError) -> VersionedAlarm {
        let json = try answer.json()
        return VersionedAlarm(json: json, etag: answer.reply.headers[.eTag], id: try answer.text("id", of: json))
    }
}
