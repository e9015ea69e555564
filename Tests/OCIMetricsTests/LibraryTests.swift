// SPDX-License-Identifier: MIT

import Files
import Foundation
import Metrics
import OCI
import TestSupport
import Testing

@testable import OCIMetrics

/// Over real sockets, as another program would use the library.
@Suite struct LibraryTests {
    private func settings(_ directory: String, _ server: FaultServer) throws -> OCIMetricsFactory.Settings {
        let key = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../OCITests/Fixtures/test_key.pem").standardizedFileURL.path
        let config = """
            [DEFAULT]
            user=ocid1.user.oc1..aaaaaaaatestuser
            tenancy=ocid1.tenancy.oc1..aaaaaaaatesttenancy
            fingerprint=65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f
            key_file=\(key)
            region=eu-stockholm-1
            """
        try FileSystem.replace(directory + "/config", Array(config.utf8))
        var settings = OCIMetricsFactory.Settings(
            spoolDirectory: directory + "/spool", compartment: "ocid1.compartment.oc1..aaaaaaaatest",
            namespace: "tests", dimensions: ["job": "library"])
        settings.configFile = directory + "/config"
        settings.endpoint = "http://\(server.authority)/20180401"
        settings.units = ["requests": "{request}"]
        return settings
    }

    private static let taken: [FaultServer.Step] = [
        .readRequest, .answer(#"{"failedMetricsCount":0,"failedMetrics":[]}"#), .again,
    ]

    @Test func `what was recorded arrives, signed, and is told`() async throws {
        try await withTemporaryDirectory { directory in
            try await withFaultServer(Self.taken) { server in
                let factory = OCIMetricsFactory(try settings(directory, server))
                Counter(label: "requests", factory: factory).increment(by: 3)
                Gauge(label: "not a name", factory: factory).record(1)
                let report = await factory.flush(within: .seconds(120))
                #expect(report.problem == nil)
                #expect(report.posted == 1)
                #expect(report.left == 0)
                #expect(report.dropped == ["encode": 1])
                let text = server.receivedText.joined()
                #expect(text.hasPrefix("POST /20180401/metrics HTTP/1.1"))
                #expect(text.lowercased().contains("algorithm=\"rsa-sha256\""))
                #expect(
                    text.contains(#""name":"requests","dimensions":{"job":"library"},"metadata":{"unit":"{request}"}"#))
                #expect(text.contains(#""value":3"#))
                // Told once; the gauge is dropped, and told, each time.
                #expect(await factory.flush(within: .seconds(120)).dropped == ["encode": 1])
            }
        }
    }

    @Test func `an endpoint that hangs costs no more than the time given, and the points arrive later`() async throws {
        try await withTemporaryDirectory { directory in
            try await withFaultServer([.readRequest, .hang], Self.taken) { server in
                let settings = try settings(directory, server)
                let first = OCIMetricsFactory(settings)
                Recorder(label: "requests", factory: first).record(1)
                var report = await first.flush(within: .seconds(1))
                // A busy machine may need more than a second to come to its request.
                for _ in 0..<30 where server.requestCount == 0 {
                    try endPause(settings)
                    report = await first.flush(within: .seconds(2))
                }
                try #require(server.requestCount == 1)
                #expect(report.left == 1)
                #expect(report.problem != nil)
                // Another life of the program, when the pause is over.
                try endPause(settings)
                let later = await OCIMetricsFactory(settings).flush(within: .seconds(120))
                #expect(later.posted == 1)
                #expect(later.resent == 1)
                #expect(later.left == 0)
            }
        }
    }

    private func endPause(_ settings: OCIMetricsFactory.Settings) throws {
        let spool = MetricSpool(directory: settings.spoolDirectory, now: { Date() })
        try spool.change { (contents, _) throws(FileError) in
            var event = SpoolEvent()
            event.breaker = Breaker()
            contents.note(event)
        }
    }

    @Test func `points that cannot be spooled are held until they can`() async throws {
        try await withTemporaryDirectory { directory in
            try await withFaultServer(Self.taken) { server in
                let factory = OCIMetricsFactory(try settings(directory, server))
                Recorder(label: "r", factory: factory).record(5)
                try FileSystem.replace(directory + "/spool", [1])
                let report = await factory.flush(within: .seconds(120))
                #expect(report.problem?.contains("/spool") == true)
                #expect(report.left == 1)
                try FileSystem.remove(directory + "/spool")
                #expect(await factory.flush(within: .seconds(120)).posted == 1)
            }
        }
    }

    @Test func `without credentials the points wait and the report says why`() async throws {
        try await withTemporaryDirectory { directory in
            try await withFaultServer(Self.taken) { server in
                var settings = try settings(directory, server)
                settings.configFile = directory + "/missing"
                let factory = OCIMetricsFactory(settings)
                Counter(label: "requests", factory: factory).increment()
                let report = await factory.flush(within: .seconds(120))
                #expect(report.left == 1)
                #expect(report.problem?.contains("/missing") == true)
                #expect(server.requestCount == 0)
            }
        }
    }
}
