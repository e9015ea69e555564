// SPDX-License-Identifier: MIT

/// What the feed says about one event at one time.
struct EventContent: Sendable, Hashable {
    var datetime: String
    var name: String
    var summary: String
    var url: String
    var type: String
    var locationName: String
    var gps: String

    /// One element of the feed's array: compact, UTF-8 unescaped, members in the source's order.
    func json(id: Int) -> [UInt8] {
        var text = "{\"id\":\(id),\"datetime\":\""
        text += datetime
        text += "\",\"name\":\""
        text += Self.escaped(name)
        text += "\",\"summary\":\""
        text += Self.escaped(summary)
        text += "\",\"url\":\""
        text += url
        text += "\",\"type\":\""
        text += Self.escaped(type)
        text += "\",\"location\":{\"name\":\""
        text += Self.escaped(locationName)
        text += "\",\"gps\":\""
        text += gps
        text += "\"}}"
        return Array(text.utf8)
    }

    /// The texts here hold no control characters; only quotation marks and backslashes need escaping.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { out.unicodeScalars.append("\\") }
            out.unicodeScalars.append(scalar)
        }
        return out
    }
}

/// How an edit changes an event.
enum EventEdit: UInt8, Sendable, Hashable {
    /// Another or longer summary.
    case summary
    /// Another type, and with it name and url.
    case type
    /// Another place: name, url, location.
    case place
    /// The place in `name` alone goes to and fro: A → B → A.
    case swap
    /// One space of the summary becomes U+00A0.
    case noBreakSpace
    /// Binary floating-point noise in the coordinates, gone again with the next edit of this kind.
    case gpsNoise
    /// The location becomes the county.
    case county
}

/// Writes the made-up text of events: a pure function of the seed, the event and its edits.
struct EventWriter: Sendable {
    let seed: UInt64

    /// From this instant new events are placed by county (as in the source since 2026-01-20).
    private static let countySince = 1_768_903_200
    /// From this instant the day in `name` has no leading zero (as in the source since July 2026).
    private static let shortDaysSince = 1_782_856_800

    /// What the name of an event is made of; edits change it.
    private struct Draft {
        var occurred: Int
        var created: Int
        var kind: FeedVocabulary.Kind
        var place: FeedVocabulary.Place
        var namePlace: String
        var byCounty: Bool
        var summary: String
        var isNoisy = false
    }

    /// Index into `FeedVocabulary.kinds` of an event's type after `edits`.
    func kind(serial: Int, created: Int, edits: [EventEdit]) -> Int {
        var random = SeededRandom(seed: seed, stream: 11, index: serial)
        var kind = drawKind(&random)
        for (step, edit) in edits.enumerated() where edit == .type {
            var change = SeededRandom(seed: seed, stream: 13, index: serial, step: step)
            kind = neighbour(of: kind, &change)
        }
        return kind
    }

    func content(serial: Int, created: Int, edits: [EventEdit]) -> EventContent {
        var random = SeededRandom(seed: seed, stream: 12, index: serial)
        let kind = FeedVocabulary.kinds[kind(serial: serial, created: created, edits: [])]
        let place = random.pick(FeedVocabulary.places)
        var draft = Draft(
            occurred: created - random.int(6...90) * 60, created: created, kind: kind, place: place,
            namePlace: place.name, byCounty: created >= Self.countySince && random.chance(0.95),
            summary: summary(kind.theme, &random))
        oddities(&draft, &random)
        for (step, edit) in edits.enumerated() {
            apply(edit, step: step, serial: serial, edits: edits, to: &draft)
        }
        return content(draft)
    }

    private func drawKind(_ random: inout SeededRandom) -> Int {
        var rest = random.int(0...FeedVocabulary.kinds.reduce(-1) { $0 + $1.weight })
        for (index, kind) in FeedVocabulary.kinds.enumerated() {
            rest -= kind.weight
            if rest < 0 { return index }
        }
        return 0
    }

    /// Another type of the same theme, where there is one.
    private func neighbour(of kind: Int, _ random: inout SeededRandom) -> Int {
        let theme = FeedVocabulary.kinds[kind].theme
        let others = FeedVocabulary.kinds.indices.filter { $0 != kind && FeedVocabulary.kinds[$0].theme == theme }
        return others.isEmpty ? kind : random.pick(others)
    }

    private func summary(_ theme: FeedVocabulary.Theme, _ random: inout SeededRandom) -> String {
        let phrase = random.pick(FeedVocabulary.phrases(theme))
        guard theme != .summary else { return phrase + "." }
        let street = random.pick(FeedVocabulary.streetHeads) + random.pick(FeedVocabulary.streetTails)
        return "\(phrase) \(random.pick(FeedVocabulary.prepositions)) \(street)\(random.pick(FeedVocabulary.endings))"
    }

    /// The rare spellings that trip readers up.
    private func oddities(_ draft: inout Draft, _ random: inout SeededRandom) {
        let dice = random.int(0...9_999)
        switch dice {
        case 0..<200: draft.summary += " "
        case 200..<230: draft.summary = draft.summary.replacingFirst(" ", with: " &amp; ")
        case 230..<260: draft.summary = "”\(draft.summary)” – enligt vittnet"
        case 260..<290: draft.summary = "\"\(draft.summary)\" står det i anmälan"
        case 290..<350: draft.summary = draft.summary.replacingFirst(" ", with: "\u{A0}")
        case 350..<420: draft.summary = String((draft.summary + ". " + draft.summary + draft.summary).prefix(110))
        case 420..<430: draft.summary = "X"
        case 430..<445: draft.namePlace = ""
        default: break
        }
    }

    private func apply(_ edit: EventEdit, step: Int, serial: Int, edits: [EventEdit], to draft: inout Draft) {
        var random = SeededRandom(seed: seed, stream: 13, index: serial, step: step)
        switch edit {
        case .summary:
            let longer = draft.summary + random.pick(FeedVocabulary.additions)
            let other = summary(draft.kind.theme, &random)
            draft.summary = random.chance(0.6) || other == draft.summary ? longer : other
        case .type:
            let now = kind(serial: serial, created: draft.created, edits: Array(edits[...step]))
            draft.kind = FeedVocabulary.kinds[now]
        case .place:
            let others = FeedVocabulary.places.filter { $0.name != draft.place.name }
            draft.place = random.pick(others)
            draft.namePlace = draft.place.name
        case .swap:
            draft.namePlace = draft.namePlace == draft.place.name ? draft.place.county : draft.place.name
        case .noBreakSpace:
            let changed = draft.summary.replacingFirst(" ", with: "\u{A0}")
            draft.summary = changed == draft.summary ? draft.summary + "\u{A0}" : changed
        case .gpsNoise: draft.isNoisy.toggle()
        case .county: draft.byCounty.toggle()
        }
    }

    private func content(_ draft: Draft) -> EventContent {
        let created = StockholmTime.civil(at: draft.created)
        let occurred = StockholmTime.civil(at: draft.occurred)
        let day = draft.created >= Self.shortDaysSince ? String(occurred.day) : occurred.day.padded(2)
        let month = FeedVocabulary.months[occurred.month - 1]
        let when = "\(day) \(month) \(occurred.hour.padded(2)).\(occurred.minute.padded(2))"
        let folder = "\(created.year)/\(FeedVocabulary.months[created.month - 1])/\(created.day)"
        let slug = Self.slug("\(when) \(draft.kind.name) \(draft.namePlace)")
        return EventContent(
            datetime: Self.datetime(draft.created), name: "\(when), \(draft.kind.name), \(draft.namePlace)",
            summary: draft.summary, url: "/aktuellt/handelser/\(folder)/\(slug)", type: draft.kind.name,
            locationName: draft.byCounty ? draft.place.county : draft.place.name, gps: gps(draft))
    }

    /// `2026-01-02 9:38:09 +01:00`: no leading zero in the hour.
    static func datetime(_ epochSeconds: Int) -> String {
        let t = StockholmTime.civil(at: epochSeconds)
        let offset = StockholmTime.offset(at: epochSeconds) == 7_200 ? "+02:00" : "+01:00"
        return "\(t.year)-\(t.month.padded(2))-\(t.day.padded(2)) \(t.hour):\(t.minute.padded(2)):"
            + "\(t.second.padded(2)) \(offset)"
    }

    private func gps(_ draft: Draft) -> String {
        let latitude = draft.byCounty ? draft.place.latitude / 10_000 * 10_000 + 4_321 : draft.place.latitude
        return Self.degrees(latitude) + (draft.isNoisy ? "000000004" : "") + "," + Self.degrees(draft.place.longitude)
    }

    private static func degrees(_ millionths: Int) -> String {
        var fraction = (millionths % 1_000_000).padded(6)
        while fraction.hasSuffix("0"), fraction.utf8.count > 2 { fraction.removeLast() }
        return "\(millionths / 1_000_000).\(fraction)"
    }

    private static func slug(_ text: String) -> String {
        var out: [UInt8] = []
        for scalar in text.lowercased().unicodeScalars {
            switch scalar {
            case "å", "ä": out.append(UInt8(ascii: "a"))
            case "ö": out.append(UInt8(ascii: "o"))
            case "a"..."z", "0"..."9", ".": out.append(UInt8(truncatingIfNeeded: scalar.value))
            default: if out.last != UInt8(ascii: "-") { out.append(UInt8(ascii: "-")) }
            }
        }
        while out.last == UInt8(ascii: "-") { out.removeLast() }
        return String(decoding: out, as: UTF8.self)
    }
}

extension String {
    /// The text with the first `character` replaced; unchanged where it has none.
    func replacingFirst(_ character: Character, with text: String) -> String {
        guard let index = firstIndex(of: character) else { return self }
        return self[..<index] + text + self[self.index(after: index)...]
    }
}
