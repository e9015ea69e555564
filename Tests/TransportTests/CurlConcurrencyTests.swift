// SPDX-License-Identifier: MIT

import HTTPTypes
import TestSupport
import Testing
import Transport

/// Many transfers at once, kept connections, cancellation.
@Suite struct CurlConcurrencyTests {
    private let transport: HTTPTransport

    init() throws { transport = try HTTPTransport.curl(CurlOptions(userAgent: "polisen-test/1")) }

    private func wave(_ authority: String, _ count: Int) async throws -> [Reply] {
        try await withThrowingTaskGroup(of: Reply.self) { group in
            for number in 0..<count {
                group.addTask { [transport] in
                    try await transport.send(HTTPCall(.put, authority, "/\(number)", body: Array("\(number)".utf8)))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `twenty transfers at once are answered, and the next twenty use their connections`() async throws {
        let answer = FaultServer.Step.answer("ok")
        try await withFaultServer([.readRequest, .wait(.milliseconds(20)), answer, .again]) { server in
            let first = try await wave(server.authority, 20)
            let connections = server.received.count
            let second = try await wave(server.authority, 20)
            #expect((first + second).map(\.status) == [Int](repeating: 200, count: 40))
            #expect(server.requestCount == 40)
            #expect(connections <= 20)
            #expect(server.received.count == connections)
            #expect(!second.map(\.timing.reusedConnection).contains(false))
        }
    }

    @Test func `requests one after the other share a connection`() async throws {
        try await withFaultServer([.readRequest, .answer("ok"), .again]) { server in
            var reused: [Bool] = []
            for _ in 0..<5 {
                reused.append(try await transport.send(HTTPCall(.get, server.authority)).timing.reusedConnection)
            }
            #expect(reused == [false, true, true, true, true])
            #expect(server.received.count == 1)
        }
    }

    @Test func `cancelling the task ends the transfer at once`() async throws {
        try await withFaultServer([.readRequest, .hang]) { server in
            let clock = ContinuousClock()
            let (error, cancelled) = try await withThrowingTaskGroup(of: TransportError?.self) { group in
                group.addTask { [transport] in
                    await expectError("cancelled") { try await transport.send(HTTPCall(.get, server.authority)) }
                }
                _ = try await eventually("the request") { server.requestCount == 1 ? true : nil }
                let start = clock.now
                group.cancelAll()
                return (try await group.next() ?? nil, clock.now - start)
            }
            #expect(error == .cancelled)
            // The server never answers and the call has 30 s or more: an end long before them can only be the
            // cancellation. The limit leaves room for a machine that runs every test at once.
            #expect(cancelled < .seconds(20))
            _ = try await eventually("the connection's end") { server.closedCount == 1 ? true : nil }
        }
    }

    @Test func `a cancelled task sends nothing`() async throws {
        try await withFaultServer([.readRequest, .answer("ok")]) { server in
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { [transport] in
                    await expectError("cancelled") { try await transport.send(HTTPCall(.get, server.authority)) }
                }
            }
            #expect(server.received.isEmpty)
        }
    }

    @Test func `cancelling one transfer leaves the others alone`() async throws {
        try await withFaultServer([.readRequest, .wait(.milliseconds(150)), .answer("ok")]) { server in
            async let kept = transport.send(HTTPCall(.get, server.authority))
            async let cancelled: Void = withTaskGroup(of: Void.self) { group in
                group.addTask { [transport] in
                    await expectError("cancelled") { try await transport.send(HTTPCall(.get, server.authority)) }
                }
                group.cancelAll()
            }
            await cancelled
            let reply = try await kept
            #expect(reply.status == 200)
        }
    }

    @Test func `a hundred cancellations at any moment each end in an answer or in cancelled`() async throws {
        try await withFaultServer([.readRequest, .answer("ok"), .again]) { server in
            let ends = await withTaskGroup(of: String.self) { group in
                for number in 0..<100 {
                    group.addTask { [transport] in
                        await withTaskGroup(of: String.self) { inner in
                            inner.addTask {
                                do throws(TransportError) {
                                    return "\(try await transport.send(HTTPCall(.get, server.authority)).status)"
                                } catch {
                                    return error.reason
                                }
                            }
                            for _ in 0..<number { await Task.yield() }
                            inner.cancelAll()
                            return await inner.next() ?? ""
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ends.count == 100)
            #expect(Set(ends).isSubset(of: ["200", "cancelled"]))
        }
    }
}
