// SPDX-License-Identifier: MIT

import Alarms
import Collector
import FoundationEssentials
import JSON
import Ledger
import OCI
import Transport

/// Which alarms fire, for `status`: a look that takes three seconds at most and fails nothing.
enum AlarmGlance: Sendable {
    case known([AlarmStanding], at: Date)
    /// OCI could not be asked.
    case unknown(String)

    private static let patience = Duration.seconds(3)

    /// nil where alarms of OCI have nothing to say here: metrics go elsewhere, or the place is a job's of `exec`.
    static func look(_ place: SeenPlace, _ surroundings: Surroundings) async -> AlarmGlance? {
        let configuration = place.configuration
        guard place.execJob == nil, configuration.metrics.backends.contains(.oci),
            let compartment = configuration.oci.compartment
        else { return nil }
        do throws(ExitStatus) {
            // Signing in may leave a cache in the state's directory.
            try surroundings.leaveRoot(for: configuration.statePath)
        } catch {
            return .unknown("root's part could not be left")
        }
        var live = place.live
        live.deadline = live.time.uptime() + patience
        do throws(OCIError) {
            let transport = live.anyTransport()
            let monitoring = try await CloudArchive(live, transport).monitoring(live.run)
            let cloud = AlarmCloud(live, monitoring: monitoring, transport: transport, compartment: compartment)
            return .known(try await cloud.standings(), at: live.time.now())
        } catch {
            return .unknown(error.brief)
        }
    }

    /// The first of the worst that fire; nil where none does.
    var worst: String? {
        guard case .known(let alarms, _) = self else { return nil }
        return alarms.filter(\.isBad).max { rank($0) < rank($1) }?.key
    }

    private func rank(_ alarm: AlarmStanding) -> Int {
        ["INFO": 0, "WARNING": 1, "ERROR": 2, "CRITICAL": 3][alarm.severity] ?? 0
    }

    var text: String {
        switch self {
        case .unknown(let problem): "not known: \(problem)"
        case .known(let alarms, _) where alarms.isEmpty: "none in OCI: polisen-collector alarms plan"
        case .known(let alarms, let now): Self.text(alarms, at: now)
        }
    }

    private static func text(_ alarms: [AlarmStanding], at now: Date) -> String {
        let bad = alarms.filter(\.isBad)
        guard !bad.isEmpty else {
            let rest = alarms.filter(\.isFiring).map(\.key).joined(separator: ", ")
            return "none of \(alarms.count) fires" + (rest.isEmpty ? "" : ", but for \(rest) (INFO)")
        }
        let told = bad.map { alarm in
            let age = alarm.since.map { ", \(Words.age(now.timeIntervalSince($0)))" } ?? ""
            return "\(alarm.key) (\(alarm.severity)\(age))"
        }
        return "FIRING: " + told.joined(separator: ", ")
    }

    var json: JSONValue {
        guard case .known(let alarms, _) = self else {
            guard case .unknown(let problem) = self else { return .null }
            return ["known": false, "problem": .string(problem), "total": .null, "firing": []]
        }
        return [
            "known": true, "problem": .null, "total": .int(alarms.count),
            "firing": .array(
                alarms.filter(\.isFiring).map {
                    [
                        "alarm": .string($0.key), "severity": .string($0.severity),
                        "since": .optional($0.since.map(Timestamp.text)),
                    ]
                }),
        ]
    }
}

extension OCIError {
    /// For a line of `status`, which is about something else.
    fileprivate var brief: String {
        switch self {
        case .credential: "no credentials here"
        case .transport, .deadline: "OCI does not answer"
        case .service(let failure): "OCI answers \(failure.status)"
        case .unreadableBody: "OCI's answer cannot be read"
        case .unusable(_, let problem): problem
        }
    }
}
