// SPDX-License-Identifier: MIT

extension ReportTexts {
    static let swedish = ReportTexts(
        headings: .swedish, columns: .swedish, verdicts: .swedish, indicators: .swedish, nouns: .swedish,
        slots: .swedish,
        incidents: .swedish, timeline: .swedish, projections: .swedish, sections: .swedish, evidence: .swedish,
        records: .swedish,
        method: .swedish, notice: .swedish, whatIf: .swedish, calendar: .swedish)
}

extension ReportTexts.Headings {
    fileprivate static let swedish = Self(
        title: "Servicenivåer för {job}, {period}", objectives: "Servicenivåmål (SLO)", counted: "Underlag",
        burnRates: "Förbrukningstakt", trend: "Tolv veckor", grid: "Varje halvtimme", incidents: "Incidenter",
        causes: "Vanligaste orsaker", runs: "Körningar", events: "Händelser", telemetry: "Telemetri",
        storage: "Lagring", alarms: "Larm", changes: "Ändringar", maintenance: "Planerat underhåll",
        actions: "Åtgärder", notes: "Anteckningar", method: "Så har siffrorna tagits fram", verdict: "Bedömning")
}

extension ReportTexts.Columns {
    fileprivate static let swedish = Self(
        objective: "Servicenivå", target: "Mål", week: "Vecka", month: "Månad", period: "Perioden", window: "Fönster",
        budgetLeft: "Budget kvar", trend: "12 veckor", verdict: "Bedömning", good: "Bra", bad: "Dåliga",
        unknown: "Okända", maintenance: "Undantagna", attained: "Utfall", withMaintenance: "Med underh.",
        atWorst: "Som sämst", projection: "Prognos", error: "Fel", runs: "Körningar", first: "Första",
        last: "Senaste", runbook: "Runbook", measure: "Mått", count: "Antal", half: "p50", ninth: "p90", worst: "p99",
        slowest: "Längst", alarm: "Larm", fired: "Utlöst", when: "När", what: "Vad", before: "Före", after: "Efter",
        why: "Varför", who: "Vem")
}

extension ReportTexts.Verdicts {
    fileprivate static let swedish = Self(
        wordGo: "klartecken", wordCareful: "försiktigt", wordStop: "stopp", wordUnknown: "okänt",
        go: "alla felbudgetar räcker till: ändringar kan göras", careful: "{reasons}: inga riskfyllda ändringar",
        stop: "{reasons}: bara arbete på tillförlitligheten",
        unknown: "{reasons}: ta reda på varför innan något ändras",
        left: "{name} har {share} av felbudgeten kvar", overspent: "{name} har överskridit felbudgeten med {share}",
        noEvidence: "underlag saknas för {name}", mostlyUnknown: "underlag saknas för det mesta av tiden för {name}",
        nextGo: "Driftsätt som planerat.", nextCareful: "Skjut upp riskfyllda ändringar tills budgeten återhämtat sig.",
        nextStop: "Driftsätt bara rättningar tills budgeten återhämtat sig.",
        nextUnknown: "Kör polisen-collector doctor: det visar varför underlag saknas.",
        nextCause: "Börja med {error}, det vanligaste felet ({runs}).",
        nextCauseRunbook: "Börja med {error}, det vanligaste felet ({runs}): runbook {runbook}.",
        nextOngoing: "En incident sedan {date} var inte över {end}: ta den först.",
        nextActions: "{actions} kvar att göra från denna eller tidigare rapporter.", nextFirst: "Nästa steg:")
}

extension ReportTexts.Indicators {
    fileprivate static let swedish = Self(
        freshMinutes: "Färskhet", runSuccess: "Lyckade körningar", latency: "Körning i tid",
        apiAvailability: "API-svar", telemetryDelivery: "Levererad telemetri",
        uniqueLines: "Inga dubbletter", storagePuts: "Lyckade skrivningar", detection: "Upptäckt i tid",
        resolution: "Åtgärdat i tid")
}

extension ReportTexts.Nouns {
    fileprivate static let swedish = Self(
        minutes: .init("minut", "minuter"), runs: .init("körning", "körningar"), calls: .init("anrop", "anrop"),
        points: .init("mätpunkt", "mätpunkter"), lines: .init("rad", "rader"),
        writes: .init("skrivning", "skrivningar"), incidents: .init("incident", "incidenter"),
        checks: .init("kontroll", "kontroller"), days: .init("dygn", "dygn"),
        events: .init("händelse", "händelser"), answers: .init("filtrerat svar", "filtrerade svar"),
        times: .init("gång", "gånger"), failures: .init("fel", "fel"), actions: .init("åtgärd", "åtgärder"),
        weeks: .init("vecka", "veckor"))
}

extension ReportTexts.Slots {
    fileprivate static let swedish = Self(
        success: "lyckad", partial: "ofullständig", failed: "misslyckad", killed: "avbruten", skipped: "överhoppad",
        missed: "ingen körning", unknown: "underlag saknas", future: "ännu inte", maintenance: "underhåll",
        shortDay: "23 timmar: sommartid börjar", longDay: "25 timmar: kl. 02 kom två gånger",
        goodOf: "{good} av {all}")
}

extension ReportTexts.Incidents {
    fileprivate static let swedish = Self(
        none: "Inga.", stale: "för gamla data", blind: "underlag saknas", ongoing: "pågår", range: "{from} till {to}",
        leftOut: "{count} kortare är inte med.", cause: "Orsak", runbook: "Runbook", noRunbook: "ingen passar",
        failing: "{runs} misslyckades eller avbröts, oftast {error}",
        failingOne: "1 körning misslyckades eller avbröts: {error}",
        partial: "{runs} fick bara ett filtrerat svar", skipped: "{runs} hoppades över: {reason}",
        noRuns: "ingen körning avslutades", tooSeldom: "körningarna lyckades, men för sällan",
        clockSet: "klockan ställdes om",
        locked: "en annan körning höll låset", rateBudget: "källans gräns för antal anrop var nådd",
        maintenance: "planerat underhåll", noticed: "upptäckt efter {duration}", noticedAtOnce: "upptäckt genast",
        unnoticed: "ingen upptäckte det",
        over: "slut efter {duration}", notOver: "pågår fortfarande",
        badMinutes: "{minutes} med för gamla data", unknownMinutes: "{minutes} utan underlag",
        inMaintenance: "varav {minutes} under underhåll",
        timeline: "Förlopp", summary: "{incidents}; den längsta varade {duration}.",
        summaryOne: "{incidents} på {duration}.")
}

extension ReportTexts.Timeline {
    fileprivate static let swedish = Self(
        lastGood: "senaste lyckade körningen", firstFailure: "första felet: {error}", stale: "data är för gamla",
        evidenceEnded: "underlaget upphör", evidenceBack: "underlag finns igen", detected: "upptäckt av {vantage}",
        alarm: "larm {alarm}: {status}", maintenanceStarted: "underhåll börjar: {reason}",
        maintenanceEnded: "underhåll slutar: {reason}", note: "anteckning: {text}", cause: "orsak: {text}",
        recovered: "data är färska igen")
}

extension ReportTexts.Projections {
    fileprivate static let swedish = Self(
        lasts: "räcker", usedUp: "slut om {days} d", usedUpToday: "slut inom ett dygn", spent: "slut",
        unknown: "underlag saknas")
}
