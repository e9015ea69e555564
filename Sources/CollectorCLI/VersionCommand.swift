// SPDX-License-Identifier: MIT

import ArgumentParser
import JSON

/// What this program is: the one place its version stands in.
enum Product {
    static let name = "polisen-collector"
    static let version = "0.2.0"

    /// `name/version`, as in User-Agent headers.
    static let token = "\(name)/\(version)"

    /// The compiler's language version, as far as it matters to who reads a bug report.
    static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    static var platform: String {
        #if arch(x86_64)
            "linux-x86_64"
        #elseif arch(arm64)
            "linux-aarch64"
        #else
            "linux"
        #endif
    }
}

/// `version`: loads nothing and asks nobody.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which version this is")

    @Flag(help: "Answer as JSON") var json = false

    func run() throws { try run(in: .live).orThrow() }

    func run(in surroundings: Surroundings) -> ExitStatus {
        let members: JSONValue = [
            "name": .string(Product.name), "version": .string(Product.version), "swift": .string(Product.swift),
            "platform": .string(Product.platform),
        ]
        let line = "\(Product.name) \(Product.version) (Swift \(Product.swift), \(Product.platform))"
        return surroundings.answer(json ? members.text : line)
    }
}
