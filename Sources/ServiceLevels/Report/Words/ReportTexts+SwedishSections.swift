// SPDX-License-Identifier: MIT

extension ReportTexts.Sections {
    static let swedish = Self(
        asOf: "Loggboken är läst fram till {date}.", zone: "Tider anges i svensk tid.",
        environment: "Miljö: {environment}.", noEvidence: "underlag saknas",
        unknownTime: "Underlag saknas för {minutes} av perioden ({share}): de räknas aldrig som bra.",
        ledgerBegins: "Loggboken börjar först {date}.",
        maintenanceTime: "{minutes} planerat underhåll är undantagna från bedömningen.",
        bothNumbers: "{counted} utan underhåll, {whole} med",
        trendLegend:
            "Trend: övre halvan av stapeln = målet nått, full = inget dåligt, - = underlag för mindre än halva "
            + "veckan, eller inget alls.",
        trendGap: "lucka: underlag för mindre än halva veckan, eller inget alls",
        burnLegend: "1× förbrukar budgeten på precis målets fönster.",
        noGrid: "Perioden har inga halvtimmar.",
        noCauses: "Ingen körning misslyckades, avbröts eller fick ett filtrerat svar.",
        runCounts: "{all}: lyckade {success}, ofullständiga {partial}, misslyckade {failed}, avbrutna {killed}, "
            + "överhoppade {skipped}.",
        noRuns: "Ingen körning avslutades under perioden.", runDuration: "Körtid", feedLatency: "API:ets svarstid",
        feedAnswers: "{answers} av {calls} till API:et gav ett användbart svar ({share}).",
        eventCounts: "Nya {new}, ändrade {revised}, avvisade {rejected}; {filtered}.",
        newByDay: "Nya händelser per dygn: {days}.", noEvents: "Inga nya eller ändrade händelser; inga avvisade.",
        telemetry: "{posted} mottagna av OCI, {dropped} förlorade ({share} levererat).",
        telemetryUnknown: "Det framgår inte av loggboken: mätvärden skickades inte, eller en äldre version kördes.",
        storage: "{bytes} lagrat i {writes}; {failed} nekade eller misslyckade.", storageNone: "Inget skrevs.",
        forecast: "Med {rate} per dygn (snitt för de senaste 28 dygnen) behövs {year} på ett år.",
        forecastOfSome:
            "Med {rate} per dygn (snitt för {days} med körningar, av de senaste 28) behövs {year} på ett år.",
        noForecast: "Mindre än ett dygns underlag: ingen prognos.", noAlarms: "Inga utlöstes.",
        noChanges: "Version, konfiguration och värd är som förut.", noMaintenance: "Inget.", noActions: "Inga.",
        noNotes: "Inga.")
}

extension ReportTexts.Evidence {
    static let swedish = Self(
        doubt:
            "Underlag saknas för {minutes} av fönstret för {name} ({share} av {window}): som sämst är utfallet {worst}.",
        doubtAlso: "Underlag saknas för {periodMinutes} av perioden ({periodShare}) och för {minutes} av fönstret för "
            + "{name} ({share} av {window}): som sämst är utfallet {worst}.",
        week: "kalenderveckan", month: "kalendermånaden")
}

extension ReportTexts.Records {
    static let swedish = Self(
        version: "version", configuration: "konfiguration", host: "värd", change: "{what}: {before} → {after}",
        maintenance: "{from} till {to}: {reason}", maintenanceOpen: "sedan {from}, pågår: {reason}",
        backdated: "antecknat i efterhand", open: "öppen", carriedOver: "kvar sedan tidigare",
        overdue: "försenad", done: "klar",
        actionOpen: "{author}, öppnad {date}", actionDone: "{author}, klar {date}",
        actionDue: "ska vara klar {date}", note: "anteckning", cause: "orsak: {text}",
        verification: "verifiering: {lines} räknade, {duplicates} finns dubbelt", author: "{text} — {author}",
        alarm: "{alarm}: utlöst {times}, senast {date}")
}

extension ReportTexts.Method {
    static let swedish = Self(
        fresh: "Färskheten bedöms minut för minut: bra så länge den senaste lyckade körningen är högst {limit} gammal, "
            + "dålig där en kontroll eller körning finns antecknad men ingen så färsk, okänd där ingetdera finns.",
        unknown: "Okänd tid är aldrig bra: ”som sämst” är utfallet om varje okänd minut vore dålig.",
        maintenance: "Planerat underhåll undantas från bedömningen och räknas en gång där det överlappar; utfallet med "
            + "underhåll står bredvid överallt där det skiljer sig.",
        budget: "Felbudgeten är det som målet tillåter vara dåligt under målets fönster; takten 1 förbrukar den på "
            + "precis den tiden (Google SRE Workbook, kapitel 2 och 5).",
        calendar: "Veckor (ISO 8601) och månader börjar vid midnatt i Stockholm, med hänsyn till sommartid.",
        events: "Körningar räknas när de slutade, incidenter när de började.",
        input: "Läst: {lines} i loggboken, med {runs} och {checks}.",
        span: "Den första anteckningen är från {from}, den sista från {to}.", empty: "Loggboken är tom.",
        damaged: "{lines} gick inte att läsa och är inte med:", moreDamaged: "och {count} till",
        clockSteps: "Klockan ställdes tillbaka {times} ({dates}): det som dessförinnan antecknats med senare tid "
            + "räknas inte som bra.",
        lastBefore: "Den senaste anteckningen ligger {duration} före rapportens slut.")
}

extension ReportTexts.Notice {
    static let swedish = Self(
        noticeTitle: "{verdict}: servicenivåer för {job} {period}",
        noticeIncidents: "Incidenter: {incidents}, den längsta {duration}.", noticeNoIncidents: "Inga incidenter.",
        noticeLink: "Rapport: {link}",
        standing: "{name}: {period} {attained}, {window} {inWindow} av {target}, budget kvar {left}")
}

extension ReportTexts.WhatIfTexts {
    static let swedish = Self(
        title: "{name}: mål {new} i stället för {old}", now: "Nu", then: "Då", target: "Mål",
        attained: "Utfall", allowed: "Tillåtet", spent: "Förbrukat", left: "Kvar", verdict: "Bedömning",
        reported: "endast rapporterat", fires: "Antal fel tills ett larm löser ut", alarm: "Takt",
        firesAfter: "efter {failures}", oneBlip: "efter 1 (ett enstaka fel)",
        never: "aldrig (kräver över {threshold})", neverEmpty: "aldrig (ingen körning i fönstret)",
        window: "{window} ({events})", evidence: "Underlag ({window}): bra {good}, dåliga {bad}, okända {unknown}.")
}

extension ReportTexts.Names {
    static let swedish = Self(
        months: [
            "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
            "november", "december",
        ], weekdays: ["mån", "tis", "ons", "tor", "fre", "lör", "sön"])
}
