// SPDX-License-Identifier: MIT

import OCI

extension Configuration {
    /// What must hold between keys.
    func checkRules(_ reading: inout ConfigurationReading, for use: Use) {
        let isPolice = feed.url.host == "polisen.se" || feed.url.host.hasSuffix(".polisen.se")
        reading.require(
            use == .reading || !isPolice || feed.contact != nil, Keys.feedContact.declaration,
            also: [Keys.feedURL.declaration],
            "is not set, and \(feed.url.host) requires one: set it to your e-mail address or an https URL about you")
        reading.require(
            feed.rateLimits == .polisen || feed.url.isLoopback, Keys.feedRateLimits.declaration,
            also: [Keys.feedURL.declaration],
            "is allowed only where feed.url is this host (127.0.0.1, localhost, [::1])")
        reading.require(
            !metrics.backends.contains(.oci) || oci.compartment != nil, Keys.ociCompartment.declaration,
            also: [Keys.metricsBackend.declaration], "is not set, and metrics.backend oci needs it")
        checkPaths(&reading)
        checkVault(&reading)
        if clock != nil { checkClock(&reading) }
    }

    /// The state may hold the archive, in a directory of its own; the archive holds nothing else.
    private func checkPaths(_ reading: inout ConfigurationReading) {
        guard archive.backend == .directory else { return }
        let (archivePath, state) = (Self.components(archive.path), Self.components(statePath))
        reading.require(
            !state.starts(with: archivePath), Keys.statePath.declaration, also: [Keys.archivePath.declaration],
            "lies in archive.path, which holds stored data only; name another directory")
    }

    /// `./a//b/` and `a/b` are the same.
    private static func components(_ path: String) -> [Substring] {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return path.hasPrefix("/") ? ["/"] + parts : parts
    }

    private func checkVault(_ reading: inout ConfigurationReading) {
        guard vault.isEnabled, vault.id == nil else { return }
        let enabled = Keys.vaultEnabled.declaration
        reading.require(
            vault.name != nil, Keys.vaultName.declaration, also: [enabled, Keys.vaultID.declaration],
            "is not set, and vault.enabled needs vault.id, or vault.name and vault.compartment")
        reading.require(
            vault.name == nil || vault.compartment != nil, Keys.vaultCompartment.declaration,
            also: [enabled, Keys.vaultID.declaration],
            "is not set, and vault.name is looked up in it; set it, or set vault.id")
    }

    /// A moved clock may sign nothing that reaches the real world.
    private func checkClock(_ reading: inout ConfigurationReading) {
        let rule = "must be this host while POLISEN_CLOCK moves the clock; unset POLISEN_CLOCK for real work"
        reading.require(feed.url.isLoopback, Keys.feedURL.declaration, rule)
        for (service, key) in zip(Service.allCases, Keys.ociEndpoints) {
            let isReal = oci.endpoints[service] == nil && servicesUsed.contains(service)
            reading.require(
                !isReal && oci.endpoints[service]?.isLoopback != false, key.declaration,
                also: [Keys.archiveBackend.declaration, Keys.metricsBackend.declaration], rule)
        }
        let webhook = notifications.webhook.map { try? WebURL(String(decoding: $0.reveal(), as: UTF8.self)) }
        reading.require(webhook.map { $0?.isLoopback == true } ?? true, Keys.notificationsWebhook.declaration, rule)
    }

    /// Those that would be called at their real address if no endpoint is set.
    private var servicesUsed: Set<Service> {
        var used: Set<Service> = []
        if archive.backend == .oci { used.insert(.objectStorage) }
        if metrics.backends.contains(.oci) { used.insert(.monitoringIngestion) }
        if vault.isEnabled { used.formUnion(vault.id == nil ? [.secrets, .vaults] : [.secrets]) }
        if notifications.topic != nil { used.insert(.notifications) }
        return used
    }

    static func clock(_ environment: [String: String], _ reading: inout ConfigurationReading) -> ClockSetting? {
        guard let text = environment["POLISEN_CLOCK"], !text.isEmpty else { return nil }
        do throws(Unacceptable) {
            return try ClockSetting(text)
        } catch {
            reading.refuse(variable: "POLISEN_CLOCK", value: text, error.rule)
            return nil
        }
    }

    /// One sentence for each variable that looks like ours and is not, in the order of the names.
    static func unknownVariables(_ environment: [String: String]) -> [String] {
        let unknown = environment.keys.filter { $0.hasPrefix("POLISEN_") }.filter { name in
            !Keys.reservedVariables.contains(name) && !Keys.all.contains { $0.variable == name }
        }
        let known = unknown.isEmpty ? [] : Keys.all.map(\.variable) + Keys.reservedVariables
        return unknown.sorted().map { name in
            let hint = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            return "environment \(name) is not known and has no effect\(hint)"
        }
    }
}

extension Configuration {
    /// The first 8 hexadecimal digits of a hash over every effective value that is no secret.
    ///
    /// `hash` is any stable hash of at least 4 bytes (the program passes SHA-256). Equal values in different spelling
    /// or from different sources give the same digits.
    func configSHA(hash: ([UInt8]) -> [UInt8]) -> String {
        var text: [UInt8] = []
        for setting in settings where !setting.key.isSecret {
            text += Array("\(setting.key.path)\(setting.text.map { "=\($0)" } ?? "")\n".utf8)
        }
        return hash(text).prefix(4).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}
