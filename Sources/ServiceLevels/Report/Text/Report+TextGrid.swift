// SPDX-License-Identifier: MIT

/// The half hours of days, one character each, in four groups of six hours.
struct SlotGrid {
    let words: ReportWords
    let days: [SlotDay]

    static let maintenance: Character = "m"

    static func character(_ state: Slot.State) -> Character {
        switch state {
        case .success: "."
        case .partial: "p"
        case .failed: "F"
        case .killed: "K"
        case .skipped: "s"
        case .missed: "!"
        case .unknown: "?"
        case .future: " "
        }
    }

    /// The hours, then one line a day with how many of its slots succeeded; at most 80 columns.
    var lines: [String] {
        let names = days.map { words.day(year: $0.year, month: $0.month, day: $0.day) }
        let indent = (names.map(\.displayWidth).max() ?? 0) + 2
        let hours = [0, 6, 12, 18].map { ReportWords.two($0) + String(repeating: " ", count: 11) }.joined()
        return [String(repeating: " ", count: indent) + hours]
            + zip(names, days).map { name, day in
                name + String(repeating: " ", count: indent - name.displayWidth) + line(day)
            }
    }

    private func line(_ day: SlotDay) -> String {
        let groups = (0..<4).map { group in
            line(day.slots.filter { $0.hour / 6 == group }.sorted { $0.start < $1.start }, firstHour: group * 6)
        }
        let good = day.slots.count { $0.state == .success }
        let known = day.slots.count { $0.state != .future }
        let count = words.texts.slots.goodOf.filled(["good": words.number(good), "all": words.number(known)])
        return groups.joined(separator: " ") + "  " + count
    }

    /// Slots under their hours: where an hour is missing there is a gap, where it comes twice the rest moves on.
    private func line(_ slots: [Slot], firstHour: Int) -> String {
        var (text, column) = ("", 0)
        for slot in slots {
            let place = (slot.hour - firstHour) * 2 + (slot.minute < 30 ? 0 : 1)
            while column < place {
                text.append(" ")
                column += 1
            }
            text.append(slot.isMaintenance ? Self.maintenance : Self.character(slot.state))
            column = max(column, place + 1)
        }
        return text + String(repeating: " ", count: max(0, 12 - column))
    }

    /// What the characters that occur mean.
    var legend: String {
        let slots = days.flatMap(\.slots)
        let states = Slot.State.allCases.filter { state in
            state != .future && slots.contains { $0.state == state && !$0.isMaintenance }
        }
        var parts = states.map { (Self.character($0), words.state($0)) }
        if slots.contains(where: \.isMaintenance) { parts.append((Self.maintenance, words.texts.slots.maintenance)) }
        return parts.map { "\($0) = \($1)".replacing(" ", with: ReportWords.space) }.joined(separator: ", ")
    }

    /// Days on which the clocks change.
    var notes: [String] {
        days.compactMap { day in
            let name = words.day(year: day.year, month: day.month, day: day.day)
            switch day.slots.count {
            case 46: return "\(name): \(words.texts.slots.shortDay)."
            case 50: return "\(name): \(words.texts.slots.longDay)."
            default: return nil
            }
        }
    }
}

extension ReportText {
    mutating func grid() {
        guard !report.days.isEmpty else { return }
        page.heading(words.texts.headings.grid)
        let grid = SlotGrid(words: words, days: report.days)
        grid.lines.forEach { page.verbatim($0) }
        page.add(grid.legend)
        grid.notes.forEach { page.add($0) }
    }
}
