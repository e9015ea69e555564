// SPDX-License-Identifier: MIT

package import JSON

/// An OCI region and the second-level domain its hosts live under.
package struct Region: Sendable, Hashable {
    /// `eu-stockholm-1`; for a region given as a domain (`x.example.com`) that text.
    package let identifier: String
    /// `arn`, where the region is a known one.
    package let shortCode: String?
    /// `oc1`, where the region is a known one.
    package let realm: String?
    /// `oraclecloud.com`; nil where `identifier` itself is the whole domain part.
    package let domain: String?

    package init(identifier: String, shortCode: String?, realm: String?, domain: String?) {
        self.identifier = identifier
        self.shortCode = shortCode
        self.realm = realm
        self.domain = domain
    }

    /// What follows the service's name in a host: `eu-stockholm-1.oraclecloud.com`; `infix` goes between the two.
    package func hostSuffix(infix: String = "") -> String {
        guard let domain else { return identifier }
        return "\(identifier).\(infix)\(domain)"
    }
}

/// Turns what people write for a region into a `Region` (contract §5.3).
package struct RegionLookup: Sendable {
    private let extra: [Region]
    private let fallbackDomain: String

    /// - Parameters:
    ///   - regionsConfig: bytes of `~/.oci/regions-config.json`, a JSON array of regions.
    ///   - regionMetadata: value of `OCI_REGION_METADATA`, one JSON object.
    ///   - defaultRealm: value of `OCI_DEFAULT_REALM`, the second-level domain of regions nobody knows.
    /// Entries without the four members the SDKs ask for are skipped, as the SDKs do.
    package init(regionsConfig: [UInt8]? = nil, regionMetadata: String? = nil, defaultRealm: String? = nil) {
        let listed = regionsConfig.flatMap { Self.parse($0)?.array } ?? []
        let single = regionMetadata.flatMap { Self.parse(Array($0.utf8)) }.map { [$0] } ?? []
        extra = (listed + single).compactMap(Self.region)
        let realm = defaultRealm?.lowercased() ?? ""
        fallbackDomain = realm.isEmpty ? "oraclecloud.com" : realm
    }

    /// The region called `name`: identifier or short code, in any letter case.
    ///
    /// Throws where the text can be neither a region nor a domain name.
    package func region(_ name: String) throws(OCIError) -> Region {
        let wanted = name.lowercased()
        guard Self.isRegionText(wanted) else {
            throw .unusable(
                operation: "region '\(name)'",
                problem: "not a region identifier: write one such as eu-stockholm-1, or its short code arn")
        }
        if let found = (Region.known + extra).first(where: { $0.identifier == wanted || $0.shortCode == wanted }) {
            return found
        }
        guard !wanted.contains(".") else {
            return Region(identifier: wanted, shortCode: nil, realm: nil, domain: nil)
        }
        return Region(identifier: wanted, shortCode: nil, realm: nil, domain: fallbackDomain)
    }

    /// A region as the metadata service's `regionInfo` describes it; member names compare without regard to case.
    ///
    /// nil where a member is missing or is no plain DNS name.
    package static func region(_ object: JSONValue) -> Region? {
        guard let identifier = member("regionIdentifier", of: object), isLabel(identifier),
            let key = member("regionKey", of: object), let realm = member("realmKey", of: object),
            let domain = member("realmDomainComponent", of: object), isRegionText(domain)
        else { return nil }
        return Region(identifier: identifier, shortCode: key, realm: realm, domain: domain)
    }

    private static func member(_ name: String, of object: JSONValue) -> String? {
        let found = object.object?.first { $0.name.lowercased() == name.lowercased() }?.value.string?.lowercased()
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The SDKs skip what does not parse; an unreadable extra region only means that the rules below it apply.
    private static func parse(_ bytes: [UInt8]) -> JSONValue? { try? JSONValue.parse(bytes) }

    private static func isRegionText(_ text: String) -> Bool {
        !text.isEmpty && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    private static func isLabel(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 63 && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { Wire.isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
}
