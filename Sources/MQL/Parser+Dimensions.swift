// SPDX-License-Identifier: MIT

extension Parser {
    /// `{name op value, …}` from the brace on.
    mutating func dimensions() throws(Stop) -> [DimensionFilter] {
        let open = take()
        if let close = take(.closeBrace) {
            let range = open.range.joined(with: close.range)
            report(
                "W-EMPTY-DIMS", "empty braces select nothing more than no braces", at: range,
                fix: FixIt("remove them", replacing: range, with: "", isSafe: true))
            return []
        }
        var filters: [DimensionFilter] = []
        repeat {
            if let filter = try dimension() { filters.append(filter) }
        } while try separator(open)
        return filters
    }

    /// One filter; nil if it is unreadable, with the lexer before the next separator.
    private mutating func dimension() throws(Stop) -> DimensionFilter? {
        guard let name = try dimensionName() else {
            skipToSeparator()
            return nil
        }
        guard let comparison = comparison(behind: name) else {
            skipToSeparator()
            return nil
        }
        guard let value = try value(comparison) else { return nil }
        return DimensionFilter(name.text, comparison, value)
    }

    /// A dimension's name, bare or quoted, here or in `groupBy()`.
    mutating func dimensionName() throws(Stop) -> (text: String, range: SourceRange)? {
        let token = peek(.dimensionName)
        switch token.kind {
        case .name:
            take(.dimensionName)
            return (text(token.range), token.range)
        case .string(let content) where !content.isEmpty:
            take(.dimensionName)
            return (content, token.range)
        case .unknown where lexer.byte(token.range.start) == 0x27: return try singleQuoted(from: token)
        case .symbol(.closeBrace):
            let comma = SourceRange(lexer.position - 1, lexer.position)
            report(
                "E-DIM-NAME", "a dimension must follow the comma", at: token.range,
                fix: FixIt("remove the comma", replacing: comma, with: "", isSafe: true))
        default:
            report("E-DIM-NAME", "the name of a dimension is missing", at: token.range)
        }
        return nil
    }

    /// The operator between name and value.
    private mutating func comparison(behind name: (text: String, range: SourceRange)) -> DimensionFilter.Comparison? {
        let token = peek(.dimensionName)
        if let symbol = token.symbol, let comparison = DimensionFilter.Comparison(rawValue: symbol.rawValue) {
            take(.dimensionName)
            return comparison
        }
        let meant: DimensionFilter.Comparison?
        switch token.symbol {
        case .equal, .colon: meant = .equal
        case .reversedLike: meant = .like
        case .sqlNotEqual: meant = .notEqual
        default: meant = word(token) == "in" || word(token) == "like" ? .like : nil
        }
        guard let meant else {
            reportMissingComparison(name, before: token)
            return nil
        }
        take(.dimensionName)
        report(
            "E-DIM-OP", "\"\(text(token.range))\" does not compare a dimension", at: token.range,
            hint: "the operators are = != =~ !~; alternatives are written =~ \"a|b\"",
            fix: FixIt(
                "write \(meant.rawValue)", replacing: token.range, with: meant.rawValue, isSafe: token.symbol != nil))
        return meant
    }

    private mutating func reportMissingComparison(_ name: (text: String, range: SourceRange), before token: Token) {
        var fix: FixIt?
        if case .string = token.kind {
            if text(name.range).hasSuffix(":") {
                let colon = SourceRange(name.range.end - 1, name.range.end)
                fix = FixIt("write =", replacing: colon, with: " =", isSafe: true)
            } else {
                let place = SourceRange(token.range.start, token.range.start)
                fix = FixIt("add =", replacing: place, with: "= ", isSafe: false)
            }
        }
        report(
            "E-DIM-OP", "an operator must follow the dimension \(name.text.quotedForMessage())", at: token.range,
            hint: "the operators are = != =~ !~", fix: fix)
    }

    /// The value; nil if it is unreadable, with the lexer before the next separator.
    private mutating func value(_ comparison: DimensionFilter.Comparison) throws(Stop) -> String? {
        let token = peek(.dimensionValue)
        switch token.kind {
        case .string(let content):
            take(.dimensionValue)
            if content.isEmpty { report("E-DIM-VALUE", "the value of a dimension cannot be empty", at: token.range) }
            return content
        case .name: return bareValue(token, comparison)
        case .unknown where lexer.byte(token.range.start) == 0x27: return try singleQuoted(from: token)?.text
        case .end, .symbol(.comma), .symbol(.closeBrace):
            report("E-DIM-VALUE", "a value is missing", at: token.range)
        case .symbol(.openBracket):
            skipToSeparator(across: .closeBracket)
            report(
                "E-DIM-VALUE", "a dimension has no list of values", at: token.range,
                hint: "alternatives are written =~ \"a|b\"")
        default: quoteRest(from: token, comparison)
        }
        return nil
    }

    /// A value without quotes.
    private mutating func bareValue(_ token: Token, _ comparison: DimensionFilter.Comparison) -> String? {
        take(.dimensionValue)
        switch peek(.dimensionValue).kind {
        case .end, .symbol(.comma), .symbol(.closeBrace), .symbol(.closeBracket), .symbol(.dot): break
        case .symbol(.and), .symbol(.or), .symbol(.semicolon), .symbol(.ampersand), .symbol(.bar): break
        default:
            quoteRest(from: token, comparison)
            return nil
        }
        let written = text(token.range)
        if comparison == .like || comparison == .notLike {
            report(
                "E-FUZZY-UNQUOTED", "a value after \(comparison.rawValue) must stand in double quotes", at: token.range,
                fix: FixIt("write \"\(written)\"", replacing: token.range, with: "\"\(written)\"", isSafe: true))
        }
        return written
    }

    /// Reports a value that needs quotes, up to the next separator.
    private mutating func quoteRest(from token: Token, _ comparison: DimensionFilter.Comparison) {
        skipToSeparator()
        var end = lexer.position
        while end > token.range.end, lexer.byte(end - 1) <= 0x20 { end -= 1 }
        let range = SourceRange(token.range.start, min(end, token.range.start + 512))
        let isFuzzy = comparison == .like || comparison == .notLike
        report(
            isFuzzy ? "E-FUZZY-UNQUOTED" : "E-DIM-VALUE",
            "a value with spaces or other signs must stand in double quotes", at: range,
            hint: text(range).contains("=") ? "or a comma is missing between two dimensions" : nil,
            fix: range.end == end ? quoting(text(range), at: range) : nil)
    }

    /// The change that puts a value into straight double quotes, if it is clear what the value is.
    private func quoting(_ written: String, at range: SourceRange) -> FixIt? {
        let curly: Set<Character> = ["“", "”", "„", "‘", "’"]
        if written.count > 2, let first = written.first, let last = written.last, curly.contains(first),
            curly.contains(last)
        {
            let value = String(written.dropFirst().dropLast()).mqlQuoted
            return FixIt("write straight double quotes", replacing: range, with: value, isSafe: true)
        }
        guard !written.contains(where: { "\"\\='".contains($0) || curly.contains($0) }) else { return nil }
        // Quotes around a template's variable would make a valid query of one that is not finished.
        let isSafe = !written.contains { "$<>{}".contains($0) }
        return FixIt("put quotes around it", replacing: range, with: written.mqlQuoted, isSafe: isSafe)
    }

    /// `'…'`, reported and read as if it stood in double quotes.
    private mutating func singleQuoted(from token: Token) throws(Stop) -> (text: String, range: SourceRange)? {
        lexer.move(to: token.range.end)
        guard let end = lexer.bytes[token.range.end...].firstIndex(of: 0x27) else {
            throw fail("E-SINGLE-QUOTE", "strings stand in double quotes, and this one does not end", at: token.range)
        }
        lexer.move(to: end + 1)
        let content = text(SourceRange(token.range.end, end))
        let range = SourceRange(token.range.start, end + 1)
        report(
            "E-SINGLE-QUOTE", "strings stand in double quotes", at: range,
            fix: FixIt("write double quotes", replacing: range, with: content.mqlQuoted, isSafe: true))
        return (content, range)
    }

    /// What stands behind a filter: whether another one follows. Takes the separator or closing brace.
    private mutating func separator(_ open: Token) throws(Stop) -> Bool {
        let before = lexer.position
        let token = peek(.dimensionName)
        switch token.kind {
        case .symbol(.comma), .symbol(.closeBrace):
            take(.dimensionName)
            return token.symbol == .comma
        case .end:
            if diagnostics.contains(where: { $0.code == "E-STRING" }) { throw Stop() }
            throw fail("E-SYNTAX", "this brace is not closed", at: open.range)
        case .symbol(.dot):
            let place = SourceRange(token.range.start, token.range.start)
            report(
                "E-SYNTAX", "this brace is not closed", at: open.range,
                fix: FixIt("add \"}\" before \".\"", replacing: place, with: "}", isSafe: true))
            return false
        case .symbol(.and), .symbol(.ampersand), .symbol(.semicolon):
            reportSeparator(token, behind: before, isSafe: true)
        case .symbol(.or), .symbol(.bar): reportSeparator(token, behind: before, isSafe: false)
        case .name where word(token) == "and": reportSeparator(token, behind: before, isSafe: true)
        case .name where word(token) == "or": reportSeparator(token, behind: before, isSafe: false)
        case .name, .string:
            report(
                "E-DIMS", "a comma is missing between two dimensions", at: token.range,
                fix: FixIt("add it", replacing: SourceRange(before, before), with: ",", isSafe: true))
        default:
            report("E-DIMS", "\",\" or \"}\" is expected here", at: token.range)
            skipToSeparator()
            return try separator(open)
        }
        return true
    }

    private mutating func reportSeparator(_ token: Token, behind before: Int, isSafe: Bool) {
        take(.dimensionName)
        report(
            "E-DIMS", "dimensions are separated by commas, and all of them must hold", at: token.range,
            hint: isSafe
                ? nil : "alternatives of one dimension are written =~ \"a|b\"; of two, join two queries with ||",
            fix: isSafe
                ? FixIt("write a comma", replacing: SourceRange(before, token.range.end), with: ",", isSafe: true) : nil
        )
    }

    /// Goes to the next comma or closing brace, or behind the given symbol. Braces inside, as of a template's variable,
    /// are skipped in pairs.
    private mutating func skipToSeparator(across last: Symbol? = nil) {
        var level = 0
        while true {
            let token = peek(.dimensionValue)
            switch token.symbol {
            case .openBrace: level += 1
            case .closeBrace where level > 0: level -= 1
            case .closeBrace: return
            case .comma where level == 0 && last == nil: return
            default: if token.kind == .end { return }
            }
            take(.dimensionValue)
            if let last, token.symbol == last { return }
        }
    }
}
