// SPDX-License-Identifier: MIT

import Alarms
import Collector
import FoundationEssentials
import JSON
import Ledger
import OCI
import Transport

/// The alarms of a compartment of OCI, as a command of this host sees them.
struct AlarmCloud: Sendable {
    let live: Live
    let monitoring: Monitoring
    let transport: HTTPTransport
    /// Where alarms live.
    let compartment: String

    var ownership: AlarmOwnership { AlarmOwnership(job: live.configuration.job) }

    /// Signs in. Throws the status a command ends with; what is wrong has been told then.
    init(_ live: Live, _ surroundings: Surroundings) async throws(ExitStatus) {
        guard let compartment = live.configuration.oci.compartment else {
            surroundings.tell("polisen-collector: oci.compartment is not set; set it to where the alarms live")
            throw .configuration
        }
        do throws(TransportError) {
            transport = try live.transport()
        } catch {
            surroundings.tell("polisen-collector: nothing can be sent: \(error)")
            throw .unavailable
        }
        do throws(OCIError) {
            monitoring = try await CloudArchive(live, transport).monitoring(live.run)
        } catch {
            throw surroundings.fail(error)
        }
        self.live = live
        self.compartment = compartment
    }

    /// One that is signed in already.
    init(_ live: Live, monitoring: Monitoring, transport: HTTPTransport, compartment: String) {
        self.live = live
        self.monitoring = monitoring
        self.transport = transport
        self.compartment = compartment
    }

    /// Summaries of all active alarms of the compartments that `alarms` name, and of the configured one.
    func summaries(_ alarms: [DesiredAlarm] = []) async throws(OCIError) -> [JSONValue] {
        var found: [JSONValue] = []
        for place in Set(alarms.compactMap(\.alarm.compartmentID) + [compartment]).sorted() {
            found += try await monitoring.alarms(compartment: place, lifecycleState: "ACTIVE")
        }
        return found
    }

    /// Compares files with OCI.
    ///
    /// - Parameters:
    ///   - isWhole: whether `desired` is every file there is, but for those named `excepted`.
    ///   - progress: is told how many alarms were read, of how many.
    func plan(
        _ desired: [DesiredAlarm], isWhole: Bool, excepted: [String], prunes: Bool,
        progress: (Int, Int) -> Void = { _, _ in }
    ) async throws(OCIError) -> AlarmPlan {
        let summaries = try await summaries(desired)
        let ours = summaries.filter(ownership.holds).compactMap { $0["id"]?.string }
        var full: [String: Monitoring.VersionedAlarm] = [:]
        for (number, id) in ours.enumerated() {
            progress(number, ours.count)
            full[id] = try await monitoring.alarm(id)
        }
        // What went while we looked is not there any more.
        let present = summaries.filter { summary in
            !ownership.holds(summary) || full[summary["id"]?.string ?? ""] != nil
        }
        return AlarmPlan(
            desired: desired, summaries: present, full: full, ownership: ownership, compartment: compartment,
            isWhole: isWhole, prunes: prunes, knownKeys: Set(desired.map(\.key) + excepted))
    }
}

extension Surroundings {
    /// Tells why a call of OCI failed; the status that says so.
    func fail(_ error: OCIError) -> ExitStatus {
        let failure = RunFailure(error, stage: .fetch)
        tell("polisen-collector: \(failure.message)")
        return ExitStatus(failure)
    }
}

extension ExitStatus {
    /// The status of a failure.
    init(_ failure: RunFailure) {
        self = ExitStatus(rawValue: Int32(failure.exit.rawValue)) ?? .unavailable
    }
}
