// SPDX-License-Identifier: MIT

/// The word lists made-up events are put together from.
enum FeedVocabulary {
    /// What an event is about; decides which phrases fit.
    enum Theme: Int, Sendable { case traffic, fire, theft, violence, order, people, summary }

    struct Kind: Sendable {
        let name: String
        let theme: Theme
        /// Share of all events, per mille.
        let weight: Int
    }

    struct Place: Sendable {
        let name: String
        let county: String
        /// Millionths of a degree.
        let latitude: Int
        let longitude: Int
    }

    static let kinds: [Kind] = heavyKinds + rareKinds

    private static let heavyKinds: [Kind] = [
        Kind(name: "Trafikolycka", theme: .traffic, weight: 190),
        Kind(name: "Sammanfattning natt", theme: .summary, weight: 60),
        Kind(name: "Brand", theme: .fire, weight: 60),
        Kind(name: "Trafikkontroll", theme: .traffic, weight: 45),
        Kind(name: "Rattfylleri", theme: .traffic, weight: 40),
        Kind(name: "Misshandel", theme: .violence, weight: 40),
        Kind(name: "Stöld", theme: .theft, weight: 35),
        Kind(name: "Övrigt", theme: .order, weight: 35),
        Kind(name: "Trafikolycka, personskada", theme: .traffic, weight: 30),
        Kind(name: "Trafikbrott", theme: .traffic, weight: 25),
        Kind(name: "Trafikolycka, vilt", theme: .traffic, weight: 25),
        Kind(name: "Bedrägeri", theme: .theft, weight: 22),
    ]

    private static let rareNames: [(theme: Theme, names: [String])] = [
        (
            .traffic,
            [
                "Trafikolycka, singel", "Trafikolycka, smitning från", "Trafikhinder", "Olovlig körning",
            ]
        ),
        (
            .theft,
            [
                "Motorfordon, stöld", "Motorfordon, anträffat stulet", "Inbrott", "Inbrott, försök", "Stöld, försök",
                "Stöld/inbrott", "Rån", "Rån, försök", "Häleri", "Åldringsbrott",
            ]
        ),
        (
            .order,
            [
                "Skadegörelse", "Klotter", "Fylleri/LOB", "Bråk", "Ofredande/förargelse", "Ordningslagen",
                "Narkotikabrott", "Vapenlagen", "Knivlagen", "Hemfridsbrott", "Olaga intrång", "Lagen om hittegods ",
                "Kontroll person/fordon",
            ]
        ),
        (
            .fire,
            [
                "Detonation", "Explosion", "Brand automatlarm", "Gasutsläpp", "Räddningsinsats",
            ]
        ),
        (
            .people,
            [
                "Anträffad gods", "Försvunnen person", "Anträffad person", "Fjällräddning", "Sjöräddning",
                "Arbetsplatsolycka", "Sjukdom/olycksfall", "Djur",
            ]
        ),
        (
            .violence,
            [
                "Misshandel, grov", "Mord/dråp, försök", "Skottlossning", "Skottlossning, misstänkt", "Olaga hot",
                "Våld/hot mot tjänsteman",
            ]
        ),
        (
            .summary,
            [
                "Sammanfattning kväll", "Uppdatering",
            ]
        ),
    ]

    private static let rareKinds: [Kind] = rareNames.flatMap { group in
        group.names.map { Kind(name: $0, theme: group.theme, weight: 8) }
    }

    static let places: [Place] = [
        Place(name: "Malmö", county: "Skåne län", latitude: 55_604_980, longitude: 13_003_820),
        Place(name: "Lund", county: "Skåne län", latitude: 55_704_660, longitude: 13_191_010),
        Place(name: "Ystad", county: "Skåne län", latitude: 55_429_500, longitude: 13_820_030),
        Place(name: "Göteborg", county: "Västra Götalands län", latitude: 57_708_870, longitude: 11_974_560),
        Place(name: "Borås", county: "Västra Götalands län", latitude: 57_721_035, longitude: 12_939_819),
        Place(name: "Skövde", county: "Västra Götalands län", latitude: 58_390_280, longitude: 13_846_120),
        Place(name: "Stockholm", county: "Stockholms län", latitude: 59_329_320, longitude: 18_068_580),
        Place(name: "Södertälje", county: "Stockholms län", latitude: 59_195_360, longitude: 17_625_690),
        Place(name: "Norrtälje", county: "Stockholms län", latitude: 59_757_990, longitude: 18_704_960),
        Place(name: "Uppsala", county: "Uppsala län", latitude: 59_858_560, longitude: 17_638_930),
        Place(name: "Enköping", county: "Uppsala län", latitude: 59_636_130, longitude: 17_077_820),
        Place(name: "Linköping", county: "Östergötlands län", latitude: 58_410_810, longitude: 15_621_370),
        Place(name: "Norrköping", county: "Östergötlands län", latitude: 58_587_750, longitude: 16_192_420),
        Place(name: "Örebro", county: "Örebro län", latitude: 59_275_260, longitude: 15_213_410),
        Place(name: "Västerås", county: "Västmanlands län", latitude: 59_609_900, longitude: 16_544_810),
        Place(name: "Jönköping", county: "Jönköpings län", latitude: 57_782_610, longitude: 14_161_790),
        Place(name: "Växjö", county: "Kronobergs län", latitude: 56_879_000, longitude: 14_805_850),
        Place(name: "Kalmar", county: "Kalmar län", latitude: 56_663_445, longitude: 16_356_780),
        Place(name: "Visby", county: "Gotlands län", latitude: 57_634_800, longitude: 18_294_840),
        Place(name: "Karlskrona", county: "Blekinge län", latitude: 56_161_200, longitude: 15_586_900),
        Place(name: "Halmstad", county: "Hallands län", latitude: 56_674_370, longitude: 12_857_790),
        Place(name: "Karlstad", county: "Värmlands län", latitude: 59_402_180, longitude: 13_511_500),
        Place(name: "Falun", county: "Dalarnas län", latitude: 60_606_460, longitude: 15_635_500),
        Place(name: "Borlänge", county: "Dalarnas län", latitude: 60_484_300, longitude: 15_433_970),
        Place(name: "Gävle", county: "Gävleborgs län", latitude: 60_674_880, longitude: 17_141_270),
        Place(name: "Härnösand", county: "Västernorrlands län", latitude: 62_632_270, longitude: 17_940_860),
        Place(name: "Sundsvall", county: "Västernorrlands län", latitude: 62_390_810, longitude: 17_306_930),
        Place(name: "Östersund", county: "Jämtlands län", latitude: 63_176_680, longitude: 14_636_070),
        Place(name: "Umeå", county: "Västerbottens län", latitude: 63_825_850, longitude: 20_263_030),
        Place(name: "Luleå", county: "Norrbottens län", latitude: 65_584_800, longitude: 22_156_700),
        Place(name: "Kiruna", county: "Norrbottens län", latitude: 67_855_800, longitude: 20_225_280),
    ]

    static let months = [
        "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
        "december",
    ]

    static func phrases(_ theme: Theme) -> [String] {
        switch theme {
        case .traffic: traffic
        case .fire: fire
        case .theft: theft
        case .violence: violence
        case .order: order
        case .people: people
        case .summary: summary
        }
    }

    private static let traffic = [
        "Två personbilar har kolliderat", "En lastbil har kört av vägen", "Påkörning bakifrån i kö",
        "Cyklist omkull efter krock med bil", "Buss och personbil i sidokrock", "Bil har voltat ner i diket",
        "Förare stoppad vid kontroll", "Mopedist har kört in i ett räcke",
    ]
    private static let fire = [
        "Det brinner i ett garage", "Rök syns från ett flerfamiljshus", "Container i lågor",
        "Brand i en tom lagerlokal", "Gräsbrand som spritt sig mot skog", "Larm om hög smäll",
    ]
    private static let theft = [
        "Okänd gärningsman har tagit verktyg ur en skåpbil", "Två elcyklar borta ur ett källarförråd",
        "Försök att bryta upp en altandörr", "Person lurad på pengar per telefon", "Koppar stulen från byggplats",
        "Ryckt handväska", "Bilruta krossad och väska tagen",
    ]
    private static let violence = [
        "Man slagen vid en busshållplats", "Slagsmål mellan flera personer", "Kvinna hotad i sin bostad",
        "Vakt attackerad", "Larm om skott mot en tom bil", "Person förd till sjukhus med ambulans",
    ]
    private static let order = [
        "Högljutt sällskap avvisas", "Berusad person tas om hand", "Krossade rutor på en skola",
        "Misstänkt föremål i buskage", "Flera bilar repade under natten", "Otillåten fest i en lokal",
    ]
    private static let people = [
        "Äldre man saknas sedan i går kväll", "Vandrare med skadad fot hämtas", "Båt med motorhaveri får bogsering",
        "Person hittad välbehållen", "Man klämd vid en maskin", "Lösa hästar på vägen",
    ]
    private static let summary = [
        "Sammanfattning av händelser i länet, kl 19.00 till 07.00", "En lugn natt med få ärenden",
        "Kvällens och nattens händelser i korthet", "Pressmeddelande om pågående ärende",
    ]

    static let streetHeads = [
        "Björk", "Lind", "Kvarn", "Sjö", "Berg", "Ström", "Ek", "Skol", "Hamn", "Äng", "Kyrk", "Gruv", "Rönn", "Tall",
    ]
    static let streetTails = ["vägen", "gatan", "stigen", "torget", "backen", "rondellen", "leden"]
    static let prepositions = ["vid", "på", "nära", "längs", "i höjd med"]
    static let endings = [
        "", ".", ".", ".", ". Larmet kom strax efter.", ", norrut.", ". Ingen person skadad.", ". Vittnen söks.",
    ]
    static let additions = [
        " En person har förts till sjukhus.", " Vägen är åter öppen.", " En person är gripen.",
        " Platsen är avspärrad.", " Uppgiften är rättad.", " Insatsen är avslutad.",
    ]
}
