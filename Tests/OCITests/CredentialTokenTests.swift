// SPDX-License-Identifier: MIT

import FoundationEssentials
import OCI
import Testing

@Suite struct CredentialTokenTests {
    private let start = Date(timeIntervalSince1970: Double(FakeToken.start))

    @Test func `claims are read and others ignored`() throws {
        let claims = #","res_tenant":"t","tenant":"u","res_compartment":"c","x":[1]"#
        let token = try #require(JWT(Secret(FakeToken.make(claims: claims))))
        #expect(token.issued == start)
        #expect(token.expires == start + 3600)
        #expect(token.tenancy == "t")
        #expect(token.compartment == "c")
        #expect(JWT(Secret(FakeToken.make(claims: #","tenant":"u""#)))?.tenancy == "u")
    }

    @Test func `an expiry need not be an integer`() {
        let payload = Base64.encodeURLSafe(Array(#"{"exp":1.7846352005e9}"#.utf8))
        #expect(JWT(Secret("a.\(payload).b"))?.expires == Date(timeIntervalSince1970: 1_784_635_200.5))
    }

    @Test(arguments: ["", "a.b", "a.b.c.d", "a.!.c", "a.e30.c", "a.eyJleHAiOiIxIn0.c", "a.W10.c", "a.bm8.c"])
    func `what is no token is none`(text: String) { #expect(JWT(Secret(text)) == nil) }

    @Test(
        arguments: [
            // issued, expires, renewal; all in seconds after the start
            (0, 3600, 3300), (0, 600, 300), (0, 1200, 900), (0, 400, 200), (0, 100, 40), (nil, 3600, 3300),
            (nil, 400, 200),
        ] as [(Int?, Int, Double)])
    func `tokens are due by the rule of the contract`(issued: Int?, expires: Int, renewal: Double) throws {
        let text = FakeToken.make(issued: issued.map { FakeToken.start + $0 }, expires: FakeToken.start + expires)
        let lifetime = TokenLifetime(try #require(JWT(Secret(text))), received: start)
        #expect(lifetime.renewal == start + renewal)
        #expect(!lifetime.isDue(at: start + renewal - 1))
        #expect(lifetime.isDue(at: start + renewal))
        #expect(!lifetime.isOver(at: start + Double(expires) - 1))
        #expect(lifetime.isOver(at: start + Double(expires)))
    }
}
