// SPDX-License-Identifier: MIT

import JSON
import OCI
import Testing

@Suite struct EndpointTests {
    /// Host pattern and base path by service, written out from contract §5.2.
    static let templates: [(OCIService, String)] = [
        (.objectStorage, "https://objectstorage.{region}.{domain}"),
        (.monitoring, "https://telemetry.{region}.{domain}/20180401"),
        (.monitoringIngestion, "https://telemetry-ingestion.{region}.{domain}/20180401"),
        (.secrets, "https://secrets.vaults.{region}.oci.{domain}/20190301"),
        (.vaults, "https://kms.{region}.{domain}/20180608"),
        (.notifications, "https://notification.{region}.{domain}/20181201"),
        (.loggingIngestion, "https://ingestion.logging.{region}.oci.{domain}/20200831"),
        (.auth, "https://auth.{region}.{domain}/v1"),
        (.metadata, "http://169.254.169.254/opc/v2"),
    ]

    @Test func `every region and service gives the documented host`() throws {
        let regions = try #require(try fixture("regions.json").object)
        #expect(regions.count == 85)
        #expect(Region.known.count == 85)
        for region in regions {
            let domain = try #require(region.value["domain"]?.string)
            let endpoints = try Endpoints(region: RegionLookup().region(region.name))
            for (service, template) in Self.templates {
                let expected = template.replacing("{region}", with: region.name).replacing("{domain}", with: domain)
                let endpoint = endpoints[service]
                #expect("\(endpoint.scheme)://\(endpoint.authority)\(endpoint.basePath)" == expected)
            }
        }
        #expect(Self.templates.count == OCIService.allCases.count)
    }

    @Test func `every short code names its region in any letter case`() throws {
        for region in try #require(try fixture("regions.json").object) {
            let code = try #require(region.value["shortCode"]?.string)
            let found = try RegionLookup().region(code.uppercased())
            #expect(found.identifier == region.name)
            #expect(found.realm == region.value["realm"]?.string)
        }
    }

    @Test func `a region nobody knows is taken for one of oc1`() throws {
        let endpoints = try Endpoints(region: RegionLookup().region("xx-nowhere-9"))
        #expect(endpoints[.objectStorage].authority == "objectstorage.xx-nowhere-9.oraclecloud.com")
        let other = try RegionLookup(defaultRealm: "oraclecloud99.com").region("xx-nowhere-9")
        #expect(try Endpoints(region: other)[.secrets].authority == "secrets.vaults.xx-nowhere-9.oci.oraclecloud99.com")
        #expect(try RegionLookup(defaultRealm: "oraclecloud99.com").region("arn").domain == "oraclecloud.com")
    }

    @Test func `a region with a dot is the domain part itself`() throws {
        let endpoints = try Endpoints(region: RegionLookup().region("Cloud.Example.COM"))
        #expect(endpoints[.objectStorage].authority == "objectstorage.cloud.example.com")
        #expect(endpoints[.secrets].authority == "secrets.vaults.cloud.example.com")
    }

    @Test func `the regions file comes before the variable and both before guesses`() throws {
        let file =
            #"[{"realmKey":"OC77","realmDomainComponent":"file.example","regionKey":"AAA","regionIdentifier":"zz-a-1"},{"regionKey":"bad"},3]"#
        let variable =
            #"{"realmKey":"oc78","realmDomainComponent":"env.example","regionKey":"bbb","regionIdentifier":"zz-a-1"}"#
        let both = RegionLookup(regionsConfig: Array(file.utf8), regionMetadata: variable)
        #expect(try both.region("aaa").domain == "file.example")
        #expect(try both.region("ZZ-A-1").realm == "oc77")
        #expect(try both.region("bbb").domain == "env.example")
        let broken = RegionLookup(regionsConfig: Array("{".utf8), regionMetadata: "no json")
        #expect(try broken.region("zz-a-1").domain == "oraclecloud.com")
    }

    @Test(arguments: ["", "eu stockholm", "eu_stockholm", "-x", "a..b", "https://x", "é"])
    func `what can be no region is refused`(name: String) {
        let error = #expect(throws: OCIError.self) { try RegionLookup().region(name) }
        #expect(error?.reason == "unusable")
        #expect(error?.description.contains("eu-stockholm-1") == true)
    }

    @Test func `region information with spare letters or missing members is read or skipped`() throws {
        let info = try JSONValue.parse(
            #"{"realmkey":"oc1","RealmDomainComponent":"oraclecloud.com","regionKey":"ARN","regionIdentifier":"eu-stockholm-1","x":1}"#
        )
        #expect(RegionLookup.region(info)?.shortCode == "arn")
        #expect(
            RegionLookup.region(
                try JSONValue.parse(
                    #"{"regionIdentifier":"a/b","realmKey":"oc1","realmDomainComponent":"x","regionKey":"k"}"#)) == nil)
        #expect(RegionLookup.region(.null) == nil)
    }

    @Test(
        arguments: [
            (.objectStorage, "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            (.objectStorage, "HTTP://LOCALHOST:8080/", "http://localhost:8080"),
            (.monitoring, "http://127.9.8.7:1", "http://127.9.8.7:1/20180401"),
            (.monitoring, "http://[::1]:8080/20180401/", "http://[::1]:8080/20180401"),
            (.secrets, "https://Private.Example:443", "https://private.example/20190301"),
            (.secrets, "https://private.example:8443", "https://private.example:8443/20190301"),
            (.notifications, "https://[fd00::1]", "https://[fd00::1]/20181201"),
            (.objectStorage, "http://127.0.0.1:80", "http://127.0.0.1"),
            (.metadata, "http://169.254.169.254/opc/v2", "http://169.254.169.254/opc/v2"),
            (.metadata, "http://[fd00:c1::a9fe:a9fe]", "http://[fd00:c1::a9fe:a9fe]/opc/v2"),
        ] as [(OCIService, String, String)])
    func `an override takes the base path and loses the scheme's port`(
        service: OCIService, text: String, expected: String
    ) throws {
        let endpoints = try Endpoints(region: RegionLookup().region("arn"), overrides: [service: text])
        let endpoint = endpoints[service]
        #expect("\(endpoint.scheme)://\(endpoint.authority)\(endpoint.basePath)" == expected)
        #expect(endpoints.isOverridden(service))
        #expect(endpoints.derived(service) != endpoint || service == .metadata)
    }

    @Test(arguments: [
        "http://example.com", "http://10.0.0.1:8080", "http://128.0.0.1", "http://127.0.0.1.example.com",
        "http://127.0.0.256",
        "http://127.0.0", "http://[::2]", "http://169.254.169.254", "ftp://127.0.0.1", "127.0.0.1:8080", "https://",
        "https://a/b", "https://a?x=1", "https://a#f", "https://a:0", "https://a:65536", "https://a:+1", "https://a:",
        "https://a b", "https://a..b", "https://user:hunter2@host", "https://[::1", "https://[::1]x", "https://[abc]",
        "",
    ])
    func `other overrides are refused and passwords in them not repeated`(text: String) throws {
        let error = #expect(throws: OCIError.self) { try Endpoint.parse(text, for: .objectStorage) }
        #expect(error?.description.contains("oci.endpoints.object_storage") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func `only loopback counts as loopback`() throws {
        #expect(try Endpoint.parse("http://[::1]:1", for: .auth).isLoopback)
        #expect(try Endpoint.parse("https://127.0.0.1", for: .auth).isLoopback)
        #expect(try !Endpoint.parse("https://example.com", for: .auth).isLoopback)
    }
}
