// SPDX-License-Identifier: MIT

import OCI
import Testing

@Suite struct ConfigFileTests {
    private func file(_ text: String) throws -> ConfigFile { try ConfigFile(Array(text.utf8), path: "/c") }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try ConfigFile(Array(text.utf8), path: "/c")
            return []
        } catch {
            return error.problems.map { "\($0.line ?? 0): \($0.text)" }
        }
    }

    /// Outcomes of Python 3.11's configparser with interpolation off.
    @Test(
        arguments: [
            ("[A]\nx=1", "1"), ("[A]\nx = 1 # no comment", "1 # no comment"), ("[A]\nx: b=c", "b=c"),
            ("[A]\nX=a%b;c", "a%b;c"),
            ("[A]\n# c\n; c\n\n  # c\nx=1\n # c", "1"), ("[A]\r\nx=1\r\n", "1"), ("[DEFAULT]\nx=1\n[A]\n", "1"),
            ("[DEFAULT]\nx=1\n[A]\nx=2", "2"), ("[A] # x\nx=1", "1"), ("[A]\n  y=1\n  x=2", "2"),
            ("\u{FEFF}[A]\nx=1", "1"),
            ("[DEFAULT]\ny=1\n[DEFAULT]\nx=1\n[A]", "1"), ("[A]\nx=\"q\"", "\"q\""), ("[A]\nx=\n", nil),
            ("[A]\ny=1", nil),
            ("[A]\n  y=1\nx=\u{E5}", "\u{E5}"), ("[A]\nx =\t a b \t", "a b"),
        ] as [(String, String?)])
    func `values are those configparser gives`(text: String, value: String?) throws {
        #expect(try file(text).profile("A")["x"] == value)
    }

    @Test(arguments: [
        ("[A]\nx=1\n y=2", ["3: begins with blanks and so continues the value of 'x' in line 2; remove them"]),
        ("[A]\nx=1\n\n\t[B]", ["4: begins with blanks and so continues the value of 'x' in line 2; remove them"]),
        ("[A]\n[A]", ["2: profile [A] stands twice"]), ("[A]\nx=1\nX=2", ["3: 'x' stands twice in [A]"]),
        ("[A]\npass_phrase=1\npassphrase=2", ["3: 'passphrase' stands twice in [A]"]),
        ("x=1", ["1: stands before the first [profile]"]), ("[]", ["1: stands before the first [profile]"]),
        ("[A\nx=1", ["1: stands before the first [profile]", "2: stands before the first [profile]"]),
        ("[A]\n=1", ["2: has no key before its '='"]), ("[A]\nword", ["2: is neither [profile] nor 'key = value'"]),
        (
            "[A]\nword\n[A]\n:",
            [
                "2: is neither [profile] nor 'key = value'", "3: profile [A] stands twice",
                "4: has no key before its '='",
            ]
        ),
    ])
    func `every line that means nothing is reported with its number`(text: String, expected: [String]) {
        #expect(problems(text) == expected)
    }

    @Test func `profile names are case-sensitive and a missing one is told the others`() throws {
        let file = try file("[DEFAULT]\nx=1\n[work]\n[ home ]\n")
        #expect(file.profileNames == ["DEFAULT", "work", " home "])
        #expect(try file.profile("DEFAULT")["x"] == "1")
        let error = #expect(throws: ConfigFileError.self) { try file.profile("default") }
        #expect(error.map { "\($0)" } == "/c: no profile [default]: it has [DEFAULT], [work], [ home ]")
        #expect(try self.file("").profile("DEFAULT")["x"] == nil)
        #expect(throws: ConfigFileError.self) { try self.file("").profile("A") }
    }

    @Test(arguments: ["pass_phrase", "passphrase", "PassPhrase"])
    func `both spellings of the passphrase are read, and one's own comes first`(key: String) throws {
        let file = try file("[DEFAULT]\npass_phrase = inherited\n[A]\n\(key) = a%b;c # d\n[B]\n[C]\npassphrase=\n")
        #expect(try file.profile("A").passphrase == Secret("a%b;c # d"))
        #expect(try file.profile("B").passphrase == Secret("inherited"))
        #expect(try file.profile("C").passphrase == nil)
    }

    @Test func `no passphrase or key is ever printed`() throws {
        let text = "[A]\npass_phrase = hunter2\nkey_content = hunter2\nuser = x\n hunter2\nhunter2\n"
        #expect(!problems(text).isEmpty)
        #expect(!"\(problems(text))".contains("hunter2"))
        let profile = try file("[A]\npass_phrase = hunter2\nkey_content = hunter2\nuser = hunter2\n").profile("A")
        var dumped = ""
        dump(profile, to: &dumped)
        let error = #expect(throws: ConfigFileError.self) { try profile.apiKey(environment: [:]) }
        for text in ["\(profile)", String(reflecting: profile), dumped, error.map { "\($0)" } ?? ""] {
            #expect(!text.contains("hunter2"))
        }
    }

    private static let good = """
        [DEFAULT]
        user = ocid1.user.oc1..aaaa
        tenancy = ocid1.tenancy.oc1..aaaa
        fingerprint = 65:44:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f
        key_file = ~/key.pem
        region = eu-stockholm-1
        """

    @Test func `a whole profile has all its settings`() throws {
        let settings = try file(Self.good).profile("DEFAULT").apiKey(environment: ["OCI_REGION": "us-phoenix-1"])
        #expect(settings.user == "ocid1.user.oc1..aaaa")
        #expect(settings.tenancy == "ocid1.tenancy.oc1..aaaa")
        #expect(settings.keyFile == "~/key.pem")
        #expect(settings.region == "eu-stockholm-1")
    }

    @Test func `all that is missing is said at once`() throws {
        let profile = try file("[A]\nkey_content=x\nlog_requests=maybe\nauthentication_type=instance_principal")
            .profile("A")
        let error = #expect(throws: ConfigFileError.self) { try profile.apiKey(environment: [:]) }
        #expect(
            error?.problems.map(\.text) == [
                "[A] key_content is not allowed in the file: save the key beside it and name it with key_file",
                "[A] authentication_type and delegation_token_file are not supported: use an API key or a session",
                "[A] log_requests is malformed: write true or false", "[A] user is missing", "[A] tenancy is missing",
                "[A] fingerprint is missing", "[A] key_file is missing",
                "[A] region is missing (and OCI_REGION is not set)",
            ])
        let session = #expect(throws: ConfigFileError.self) { try profile.session(environment: ["OCI_REGION": "no!"]) }
        #expect(session?.problems.count == 7)
        #expect(session?.problems.last?.text == "[A] OCI_REGION is malformed: write one such as eu-stockholm-1")
    }

    @Test(arguments: [
        ("user", "ocid1.user.oc1..aaaa", true), ("user", "ocid1.user.oc1.phx.aaaa", true),
        ("user", "foo.bar.baz.qux.quux", true), ("user", "ocidv1:tenancy:oc1:phx:1460406592660:aaaa", true),
        ("user", "ocid1.user.oc1..", false), ("user", "ocid1.user", false), ("user", "a.b.c.d", false),
        ("user", "ocid1.user.oc1..a/b", false), ("user", "ocid1.user.oc1..a@b", false),
        ("user", "ocid1.user.oc1..å", false),
        ("fingerprint", "65:44:89:10:95:24:A6:6D:95:5E:FD:D2:F7:F6:A2:6F", false), ("fingerprint", "65:44", false),
        ("fingerprint", "065:4:89:10:95:24:a6:6d:95:5e:fd:d2:f7:f6:a2:6f", false),
        ("region", "arn", true), ("region", "region.example.com", true), ("region", "eu stockholm", false),
        ("region", "EU-STOCKHOLM-1", false), ("region", "a..b", false), ("log_requests", "YES", true),
        ("log_requests", "off", true),
    ])
    func `values are checked by the SDK's patterns`(key: String, value: String, isGood: Bool) throws {
        let profile = try file("\(Self.good)\n[A]\n\(key) = \(value)\n").profile("A")
        do {
            _ = try profile.apiKey(environment: [:])
            #expect(isGood)
        } catch {
            #expect(!isGood)
            #expect(error.problems.count == 1)
            #expect(error.problems.first?.text.hasPrefix("[A] \(key) is malformed: ") == true)
        }
    }

    @Test func `a region may come from the environment`() throws {
        let text = Self.good.split(separator: "\n").filter { !$0.hasPrefix("region") }.joined(separator: "\n")
        #expect(try file(text).profile("DEFAULT").apiKey(environment: ["OCI_REGION": "arn"]).region == "arn")
    }

    @Test(
        arguments: [
            (["/h/.oci/config"], nil, "/h/.oci/config"), (["/h/.oci/config"], "~/mine", "/h/mine"), ([], nil, nil),
            ([], "/mine", "/mine"), (["/h/.oraclebmc/config"], nil, "/h/.oraclebmc/config"),
        ] as [([String], String?, String?)])
    func `the file is looked for as in the SDK`(existing: [String], explicit: String?, found: String?) {
        let path = ConfigFile.locate(explicit: explicit, environment: [:], home: "/h") { existing.contains($0) }
        #expect(path == found)
    }

    @Test func `the variable does not override an existing default file`() {
        let environment = ["OCI_CONFIG_FILE": "~/other"]
        let locate = { (existing: String) in
            ConfigFile.locate(environment: environment, home: "/h") { $0 == existing }
        }
        #expect(locate("/h/.oci/config") == "/h/.oci/config")
        #expect(locate("") == "/h/other")
        #expect(ConfigFile.locate(environment: ["OCI_CONFIG_FILE": ""], home: nil) { _ in true } == nil)
        #expect(ConfigFile.locate(environment: environment, home: nil) { _ in true } == "~/other")
    }

    @Test func `only a leading tilde of one's own is expanded`() {
        #expect(ConfigFile.expand("~", home: "/h") == "/h")
        #expect(ConfigFile.expand("~other/x", home: "/h") == "~other/x")
        #expect(ConfigFile.expand("/a/~/b", home: "/h") == "/a/~/b")
    }

    @Test(arguments: ["$CREDENTIALS_DIRECTORY/oci_key", "${CREDENTIALS_DIRECTORY}/oci_key"])
    func `systemd's directory of credentials can be named in paths`(path: String) {
        let handed = ["CREDENTIALS_DIRECTORY": "/run/credentials/u.service"]
        #expect(ConfigFile.expand(path, home: "/h", handed) == "/run/credentials/u.service/oci_key")
        #expect(ConfigFile.expand(path, home: "/h", [:]) == path)
        #expect(
            ConfigFile.locate(explicit: path, environment: handed, home: nil) { _ in true }?.hasPrefix("/run/") == true)
    }
}
