// SPDX-License-Identifier: MIT

import OCI

/// Why a value was not taken.
struct Unacceptable: Error, Sendable, Hashable {
    /// Continues the sentence "the value …" and says what to write instead.
    let rule: String
    /// The value itself looks secret and must not be repeated.
    let hidesValue: Bool

    init(_ rule: String, hidesValue: Bool = false) {
        self.rule = rule
        self.hidesValue = hidesValue
    }
}

/// How the text of a value is read and written.
struct Syntax<Value: Sendable>: Sendable {
    /// Stands in `--help`: `<placeholder>`; nil: the last part of the key.
    let placeholder: String?
    /// For people: what may be written.
    let expectation: String
    /// The words that may be written, as `--help` lists them; nil where there is no such list.
    var choices: String? = nil
    /// Comma separated in flags and environment, a sequence in YAML.
    var isList = false
    let parse: @Sendable (String) throws(Unacceptable) -> Value
    /// The one spelling that equal values share; reads back as the value. nil: not set.
    let format: @Sendable (Value) -> String?

    /// The same for a key that may be left unset.
    var optional: Syntax<Value?> {
        Syntax<Value?>(placeholder: placeholder, expectation: expectation, choices: choices, isList: isList) {
            [parse] text throws(Unacceptable) in
            try parse(text)
        } format: { [format] value in
            value.flatMap(format)
        }
    }
}

extension Syntax where Value == String {
    /// Text that `accepts`; `rule` is what the error says otherwise.
    static func text(
        _ placeholder: String, _ expectation: String, where accepts: @escaping @Sendable (String) -> Bool
    ) -> Syntax<String> {
        Syntax(placeholder: placeholder, expectation: expectation) { text throws(Unacceptable) in
            guard accepts(text) else { throw Unacceptable("must be \(expectation)") }
            return text
        } format: {
            $0
        }
    }

    /// A file or directory. `~` is the shell's and would become a directory of that name.
    static let path = text("path", "a path (absolute, or from the working directory; ~ is not expanded)") {
        !$0.isEmpty && !$0.hasPrefix("~") && !$0.utf8.contains(0)
    }

    /// A word that may stand in names of objects, dimensions and headers.
    static func word(_ placeholder: String, upTo limit: Int = 64) -> Syntax<String> {
        text(placeholder, "1 to \(limit) letters, digits, dots, underscores and hyphens") { word in
            (1...limit).contains(word.utf8.count) && word.utf8.allSatisfy { $0.isWord }
        }
    }

    /// An Oracle Cloud identifier of one of `kinds`, for example `ocid1.vault.oc1.eu-stockholm-1.aaaa…`.
    static func ocid(_ kinds: String...) -> Syntax<String> {
        let names = kinds.map { "ocid1.\($0)" }.joined(separator: " or ")
        return text("ocid", "an OCID that begins with \(names)") { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count >= 5 && parts[0] == "ocid1" && kinds.contains(String(parts[1]))
                && parts.last?.isEmpty == false && text.utf8.allSatisfy { $0.isWord }
        }
    }
}

extension Syntax where Value == Bool {
    static var truth: Syntax<Bool> {
        Syntax(placeholder: "truth", expectation: "true or false (also yes/no, on/off, 1/0)") {
            text throws(Unacceptable) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw Unacceptable("must be true or false (also yes/no, on/off, 1/0)")
            }
        } format: {
            $0 ? "true" : "false"
        }
    }
}

extension Syntax where Value: RawRepresentable & CaseIterable & Hashable, Value.RawValue == String {
    /// One of the enum's raw values, in any case.
    static var choice: Syntax<Value> {
        Syntax(placeholder: nil, expectation: Value.expectation, choices: Value.names.joined(separator: ", ")) {
            text throws(Unacceptable) in
            try Value.named(text)
        } format: {
            $0.rawValue
        }
    }
}

extension Syntax {
    /// Different ones of the enum's raw values.
    static func choices<Choice>() -> Syntax<[Choice]>
    where
        Value == [Choice], Choice: RawRepresentable & CaseIterable & Hashable & Sendable, Choice.RawValue == String
    {
        choices(alone: nil)
    }

    /// Different ones of the enum's raw values; `alone` cannot stand beside others.
    static func choices<Choice>(alone: Choice?) -> Syntax<[Choice]>
    where
        Value == [Choice], Choice: RawRepresentable & CaseIterable & Hashable & Sendable, Choice.RawValue == String
    {
        let names = Choice.names.joined(separator: ", ")
        let expectation = "a list of: \(names)"
        return Syntax(placeholder: "list", expectation: expectation, isList: true) {
            text throws(Unacceptable) in
            var values: [Choice] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                let value = try Choice.named(part.trimmed)
                guard !values.contains(value) else { throw Unacceptable("names \"\(value.rawValue)\" twice") }
                values.append(value)
            }
            if let alone, values.count > 1, values.contains(alone) {
                throw Unacceptable("must not combine \"\(alone.rawValue)\" with others")
            }
            return values
        } format: {
            $0.map(\.rawValue).joined(separator: ",")
        }
    }
}

extension RawRepresentable where Self: CaseIterable, RawValue == String {
    fileprivate static var names: [String] { allCases.map(\.rawValue) }
    fileprivate static var expectation: String { "one of: \(names.joined(separator: ", "))" }

    fileprivate static func named(_ text: String) throws(Unacceptable) -> Self {
        let wanted = text.lowercased()
        if let value = allCases.first(where: { $0.rawValue == wanted }) { return value }
        let hint = nearest(to: wanted, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        throw Unacceptable("must be \(expectation)\(hint)")
    }
}

extension Syntax where Value == WebURL {
    /// `https` anywhere, `http` only to this host.
    static var url: Syntax<WebURL> {
        Syntax(placeholder: "url", expectation: "an https URL (http only to 127.0.0.1, localhost or [::1])") {
            text throws(Unacceptable) in
            let url = try WebURL(text)
            guard url.scheme == "https" || url.isLoopback else {
                throw Unacceptable("must be https: http is allowed only to 127.0.0.1, localhost or [::1]")
            }
            return url
        } format: {
            $0.text
        }
    }
}

extension Syntax where Value == Secret {
    /// A URL that gives its holder a right, as the address of a webhook does.
    static var secretURL: Syntax<Secret> {
        Syntax(placeholder: "url", expectation: Syntax<WebURL>.url.expectation) { text throws(Unacceptable) in
            let url = try Syntax<WebURL>.url.parse(text)
            return Secret(url.text)
        } format: {
            String(decoding: $0.reveal(), as: UTF8.self)
        }
    }
}

extension UInt8 {
    /// A letter, a digit, or one of `.` `_` `-`, in ASCII.
    var isWord: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
