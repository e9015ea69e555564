// SPDX-License-Identifier: MIT

import OCI
import Testing

/// Digests, base64, hex and PEM.
@Suite struct KeyEncodingTests {
    @Test func `digests are those of the standards`() throws {
        try Digest.require()
        let abc = Array("abc".utf8)
        #expect(Hex.encode(Digest.sha256(abc)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Base64.encode(Digest.sha256([])) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(Hex.encode(try Digest.sha1(abc)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(Hex.encode(try Digest.sha384(abc)).hasPrefix("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"))
        #expect(Digest.md5(abc).map { Hex.encode($0) } == "900150983cd24fb0d6963f7d28e17f72")
    }

    @Test(arguments: [0, 1, 63, 64, 65, 1000])
    func `a stream in pieces gives the digest of the whole`(size: Int) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var stream = SHA256Stream()
        stream.update(Array(bytes.prefix(size)))
        stream.update(bytes.span.extracting(size..<1000))
        #expect(stream.finish() == Digest.sha256(bytes))
    }

    @Test func `a stream may be dropped unfinished`() {
        var stream = SHA256Stream()
        stream.update([1])
        _ = consume stream
        #expect(Digest.sha256([1]).count == 32)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ])
    func `base64 follows RFC 4648`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        let bare = encoded.filter { $0 != "=" }
        #expect(Base64.encodeURLSafe(Array(plain.utf8)) == bare)
        #expect(Base64.decodeURLSafe(bare) == Array(plain.utf8))
    }

    @Test func `all bytes survive both alphabets`() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64.decodeURLSafe(Base64.encodeURLSafe(bytes)) == bytes)
        #expect(Base64.encode([0xFB, 0xFF]) == "+/8=")
        #expect(Base64.encodeURLSafe([0xFB, 0xFF]) == "-_8")
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Zh==", "Z===", "====", "Zm9v\n", "Zm 9v", "Zm-_", "=Zg=", "Zg==Zg==", "Zé==",
    ])
    func `loose base64 is refused`(text: String) { #expect(Base64.decode(text) == nil) }

    @Test(arguments: ["Zg==", "Z", "Zh", "+/8", "Zm9v\n"])
    func `loose URL-safe base64 is refused`(text: String) { #expect(Base64.decodeURLSafe(text) == nil) }

    @Test func `hex digits come with separators and in either case`() {
        #expect(Hex.encode([0x0A, 0xFF]) == "0aff")
        #expect(Hex.encode([0x0A, 0xFF], separator: ":", upperCase: true) == "0A:FF")
    }

    @Test func `PEM survives line ends, blanks and labels`() {
        let der = (0..<100).map { UInt8($0) }
        let pem = PEM.encode(der, label: "X")
        #expect(pem.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        let crlf = "noise\r\n" + pem.split(separator: "\n").joined(separator: " \r\n") + "\r\nlabel\r\n"
        #expect(PEM.decode(Array(crlf.utf8), label: "X") == der)
        #expect(PEM.body(of: Array(crlf.utf8), label: "X") == Base64.encode(der))
        #expect(PEM.decode(Array(pem.utf8), label: "Y") == nil)
        #expect(PEM.decode(Array("-----BEGIN X-----\nAA\n".utf8), label: "X") == nil)
    }

    @Test func `random bytes come in the number asked for and differ`() throws {
        #expect(try Random.bytes(0).isEmpty)
        #expect(try Random.bytes(32).count == 32)
        #expect(try Random.bytes(32) != Random.bytes(32))
    }
}
