// SPDX-License-Identifier: MIT

import ArgumentParser
import Files
import Synchronization

@testable import CollectorCLI

/// A configuration from literals; a flag's name follows from its key.
func configuration(
    flags: [String: String] = [:], environment: [String: String] = [:], yaml: String? = nil,
    for use: Configuration.Use = .reading
) throws(ConfigurationError) -> Configuration {
    let file = yaml.map { ConfigurationFile(path: "config.yaml", contents: .bytes(Array($0.utf8))) }
    let flags = flags.sorted { $0.key < $1.key }.map { key, text in
        ConfigurationFlag(
            key: key, text: text, name: "--" + key.replacing(".", by: "-").replacing("_", by: "-"))
    }
    return try Configuration(flags: flags, environment: environment, file: file, for: use)
}

/// What is wrong with it; empty where nothing is.
func problems(
    flags: [String: String] = [:], environment: [String: String] = [:], yaml: String? = nil,
    for use: Configuration.Use = .reading
) -> [ConfigurationProblem] {
    do throws(ConfigurationError) {
        _ = try configuration(flags: flags, environment: environment, yaml: yaml, for: use)
        return []
    } catch {
        return error.problems
    }
}

extension ParsableArguments {
    /// Parses as the program does: with only the flags that occur.
    static func quick(_ arguments: [String]) throws -> Self {
        try ConfigurationOptions.$offered.withValue(ConfigurationOptions.mentioned(in: arguments)) {
            try parse(arguments)
        }
    }
}

extension Configuration {
    /// The effective text of a key; nil where it is not set or does not exist.
    func text(_ key: String) -> String? { settings.first { $0.key.path == key }?.text }
    func origin(_ key: String) -> ValueOrigin? { settings.first { $0.key.path == key }?.origin }
}

/// A world in memory: files, variables and what was printed.
final class Desk: Sendable {
    private struct State {
        var files: [String: [UInt8]] = [:]
        var output = ""
        var error = ""
    }
    private let state = Mutex(State())
    let environment: [String: String]
    /// `errno` of every call on a file or on standard output; nil: they work.
    let failure: Int32?

    init(environment: [String: String] = [:], files: [String: String] = [:], failure: Int32? = nil) {
        self.environment = environment
        self.failure = failure
        state.withLock { $0.files = files.mapValues { Array($0.utf8) } }
    }

    var output: String { state.withLock { $0.output } }
    var error: String { state.withLock { $0.error } }
    func file(_ path: String) -> String? {
        state.withLock { $0.files[path] }.map { String(decoding: $0, as: UTF8.self) }
    }

    var surroundings: Surroundings {
        Surroundings(
            environment: environment,
            readFile: { path throws(FileError) in
                try self.check("open", path)
                return self.state.withLock { $0.files[path] }
            },
            createFile: { path, bytes throws(FileError) in
                try self.check("create", path)
                return self.state.withLock { state in
                    guard state.files[path] == nil else { return false }
                    state.files[path] = bytes
                    return true
                }
            },
            write: { bytes, stream throws(FileError) in
                let text = String(decoding: bytes, as: UTF8.self)
                guard stream == .output else { return self.state.withLock { $0.error += text } }
                try self.check("write", "standard output")
                self.state.withLock { $0.output += text }
            })
    }

    private func check(_ operation: String, _ path: String) throws(FileError) {
        guard let failure else { return }
        throw FileError(operation: operation, path: path, code: failure)
    }
}
