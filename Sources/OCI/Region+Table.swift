// SPDX-License-Identifier: MIT

/// The regions the official SDKs know (Python SDK 2.189.0, `regions_definitions.py`; 85 of them).
extension Region {
    /// Every region of the table, realm by realm.
    package static let known: [Region] = realms.flatMap { $0.expanded() }

    private struct Realm {
        let key: String
        let domain: String
        /// `identifier shortcode`, comma separated.
        let regions: String

        func expanded() -> [Region] {
            regions.split { $0 == "," || $0 == "\n" }.compactMap { entry in
                let words = entry.split(separator: " ")
                guard words.count == 2 else { return nil }
                return Region(
                    identifier: String(words[0]), shortCode: String(words[1]), realm: key, domain: domain)
            }
        }
    }

    private static let realms = [
        Realm(
            key: "oc1", domain: "oraclecloud.com",
            regions: """
                af-casablanca-1 lej, af-johannesburg-1 jnb, ap-batam-1 hsg, ap-chuncheon-1 yny,
                ap-delhi-1 onm, ap-hyderabad-1 hyd, ap-kulai-2 jbp, ap-melbourne-1 mel, ap-mumbai-1 bom,
                ap-osaka-1 kix, ap-seoul-1 icn, ap-singapore-1 sin, ap-singapore-2 xsp, ap-sydney-1 syd,
                ap-tokyo-1 nrt, ca-montreal-1 yul, ca-toronto-1 yyz, eu-amsterdam-1 ams, eu-frankfurt-1 fra,
                eu-madrid-1 mad, eu-madrid-3 orf, eu-marseille-1 mrs, eu-milan-1 lin, eu-paris-1 cdg,
                eu-stockholm-1 arn, eu-turin-1 nrq, eu-zurich-1 zrh, il-jerusalem-1 mtz, me-abudhabi-1 auh,
                me-dubai-1 dxb, me-jeddah-1 jed, me-riyadh-1 ruh, mx-monterrey-1 mty, mx-queretaro-1 qro,
                sa-bogota-1 bog, sa-santiago-1 scl, sa-saopaulo-1 gru, sa-valparaiso-1 vap, sa-vinhedo-1 vcp,
                uk-cardiff-1 cwl, uk-london-1 lhr, us-ashburn-1 iad, us-chicago-1 ord, us-phoenix-1 phx,
                us-saltlake-2 aga, us-sanjose-1 sjc
                """),
        Realm(key: "oc2", domain: "oraclegovcloud.com", regions: "us-langley-1 lfi, us-luke-1 luf"),
        Realm(
            key: "oc3", domain: "oraclegovcloud.com",
            regions: "us-gov-ashburn-1 ric, us-gov-chicago-1 pia, us-gov-phoenix-1 tus"),
        Realm(key: "oc4", domain: "oraclegovcloud.uk", regions: "uk-gov-cardiff-1 brs, uk-gov-london-1 ltn"),
        Realm(key: "oc8", domain: "oraclecloud8.com", regions: "ap-chiyoda-1 nja, ap-ibaraki-1 ukb"),
        Realm(key: "oc9", domain: "oraclecloud9.com", regions: "me-dcc-muscat-1 mct, me-ibri-1 ibr"),
        Realm(key: "oc10", domain: "oraclecloud10.com", regions: "ap-dcc-canberra-1 wga"),
        Realm(
            key: "oc14", domain: "oraclecloud14.com",
            regions: """
                eu-dcc-dublin-1 ork, eu-dcc-dublin-2 snn, eu-dcc-milan-1 bgy, eu-dcc-milan-2 mxp,
                eu-dcc-rating-1 dus, eu-dcc-rating-2 dtm
                """),
        Realm(key: "oc15", domain: "oraclecloud15.com", regions: "ap-dcc-gazipur-1 dac"),
        Realm(key: "oc19", domain: "oraclecloud.eu", regions: "eu-frankfurt-2 str, eu-madrid-2 vll"),
        Realm(key: "oc20", domain: "oraclecloud20.com", regions: "eu-jovanovac-1 beg"),
        Realm(key: "oc21", domain: "oraclecloud21.com", regions: "me-alrayyan-1 vve, me-dcc-doha-1 doh"),
        Realm(key: "oc23", domain: "oraclecloud23.com", regions: "us-somerset-1 ebb, us-thames-1 ebl"),
        Realm(key: "oc24", domain: "oraclecloud24.com", regions: "eu-crissier-1 avf, eu-dcc-zurich-1 avz"),
        Realm(key: "oc26", domain: "oraclecloud26.com", regions: "me-abudhabi-3 ahu, me-alain-1 rba"),
        Realm(key: "oc29", domain: "oraclecloud29.com", regions: "me-abudhabi-2 rkt, me-abudhabi-4 shj"),
        Realm(key: "oc35", domain: "oraclecloud35.com", regions: "ap-chuncheon-2 bno, ap-seoul-2 dtz, ap-suwon-1 dln"),
        Realm(key: "oc42", domain: "oraclecloud42.com", regions: "us-ashburn-2 yxj, us-newark-1 pgc"),
        Realm(key: "oc51", domain: "oraclecloud51.com", regions: "eu-budapest-1 jsk"),
        Realm(key: "oc52", domain: "oraclecloud52.com", regions: "sa-riodejaneiro-1 hnw"),
    ]
}
