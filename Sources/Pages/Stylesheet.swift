// SPDX-License-Identifier: MIT

/// The style of all pages: one sheet, of which a page may need only a part.
enum Stylesheet {
    static let text = [schemes, base, parts, tables, charts, levels, slots, phone, paper].joined()

    /// Dark is for screens only: paper is white.
    private static var schemes: String {
        ":root{color-scheme:light dark;\(Palette.declarations(dark: false))\(series)}\n"
            + "@media screen and (prefers-color-scheme:dark){:root{\(Palette.declarations(dark: true))}}\n"
    }

    /// Each series has its colour and its dashes.
    private static var series: String {
        Palette.series.enumerated().map { "--series-\($0 + 1):var(--\($1));" }.joined()
    }

    private static let base = """
        *,*::before,*::after{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--page);color:var(--ink);
        font:400 1rem/1.55 -apple-system,"Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",system-ui,sans-serif}
        main{max-width:72rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
        h1,h2,h3,h4{margin:0;line-height:1.25;text-wrap:balance}
        h1{font-size:2rem;font-weight:650;letter-spacing:-.015em}
        h2{font-size:1.3125rem;font-weight:650;letter-spacing:-.008em}
        h3{font-size:1rem;font-weight:650}
        h4{font-size:.9375rem;font-weight:650}
        p,ul,ol,dl,figure{margin:0;padding:0}
        p:empty{display:none}
        ul,ol{list-style:none}
        a{color:var(--accent);text-underline-offset:.15em}
        code{font:.875em/1.4 ui-monospace,"Cascadia Mono","SF Mono",Menlo,"Liberation Mono",monospace;overflow-wrap:anywhere}
        section{margin-top:3rem}
        h2+*{margin-top:1rem}
        .lead,.note{color:var(--muted);max-width:44rem}
        h2+.lead{margin-top:.25rem}
        .lead+*{margin-top:1.25rem}
        .note{font-size:.875rem}
        *+.note{margin-top:.75rem}
        .prose>*+*{margin-top:.6rem}
        .prose{max-width:44rem}
        .muted{color:var(--muted)}
        .nowrap{white-space:nowrap}
        bdi{overflow-wrap:anywhere}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.25rem}
        .unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

        """

    private static let parts = """
        .kicker{color:var(--accent);font-size:.8125rem;font-weight:650;letter-spacing:.04em}
        .masthead h1{margin-top:.25rem}
        .facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:.6rem;color:var(--muted);font-size:.9375rem}
        .symbol{width:1em;height:1em;flex:none;fill:none;stroke-linecap:round;stroke-linejoin:round;stroke-width:2;overflow:visible}
        .tone-body{fill:var(--tone);stroke:var(--tone);stroke-width:1}
        .tone-sign{stroke:var(--surface)}
        .tone-ring,.tone-mark{stroke:var(--tone);stroke-width:1.6}
        .good{--tone:var(--good);--tint:var(--good-tint)}
        .careful{--tone:var(--careful);--tint:var(--careful-tint)}
        .bad{--tone:var(--bad);--tint:var(--bad-tint)}
        .unknown{--tone:var(--unknown);--tint:var(--unknown-tint)}
        .neutral{--tone:var(--edge);--tint:var(--unknown-tint)}
        .badge{display:inline-flex;align-items:center;gap:.4em;padding:.1rem .6rem .1rem .45rem;border-radius:1rem;
        background:var(--tint);font-size:.8125rem;font-weight:600;white-space:nowrap;line-height:1.5}
        .banner{display:flex;gap:1.25rem;align-items:flex-start;margin-top:2rem;padding:1.5rem 1.75rem;border-radius:.875rem;
        background:var(--tint);border-left:.375rem solid var(--tone)}
        .banner>.symbol{width:2.5rem;height:2.5rem;margin-top:.1rem}
        .banner>div{min-width:0}
        .banner h2{font-size:1.5rem}
        .banner h2+*{margin-top:.4rem}
        .banner p+p,.banner p+ul,.banner ul+p{margin-top:.4rem}
        .banner ul:not(.plain){list-style:disc;padding-left:1.2rem}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1.25rem}
        .dense{grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr))}
        .dense .tile .value{font-size:1.25rem}
        .cards+.cards{margin-top:1.25rem}
        @media screen and (min-width:66rem),print{
        .even{grid-template-columns:repeat(6,minmax(0,1fr))}
        .even>*{grid-column:span 2}
        .even>:nth-child(3n+1):nth-last-child(2),.even>:nth-child(3n+2):last-child,.even>:first-child:nth-last-child(4),
        .even>:first-child:nth-last-child(4)~*{grid-column:span 3}
        .even>:nth-child(3n+1):last-child:not(:nth-child(4)),.even>.wide{grid-column:1/-1}
        .dense{grid-template-columns:repeat(12,minmax(0,1fr))}
        .dense>*{grid-column:span 3}
        .dense>:nth-child(4n+1):nth-last-child(3),.dense>:nth-child(4n+2):nth-last-child(2),.dense>:nth-child(4n+3):last-child,
        .dense>:nth-child(4n+1):nth-last-child(5),.dense>:nth-child(4n+2):nth-last-child(4),
        .dense>:nth-child(4n+3):nth-last-child(3){grid-column:span 4}
        .dense>:nth-child(4n+1):nth-last-child(2),.dense>:nth-child(4n+2):last-child,.dense>:nth-child(4n):nth-last-child(2),
        .dense>:nth-child(4n+1):last-child{grid-column:span 6}
        .dense>:only-child,.dense>.wide{grid-column:1/-1}
        }
        .card{min-width:0;padding:1.25rem 1.5rem;border:1px solid var(--line);border-radius:.875rem;background:var(--surface)}
        .card.wide{grid-column:1/-1}
        .card>h3+*,.inside h3+*{margin-top:.75rem}
        .card>*+*{margin-top:1rem}
        .card .head{display:flex;gap:.75rem;align-items:flex-start;justify-content:space-between}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.5rem),1fr));gap:1.25rem}
        .card .tiles{grid-template-columns:1fr 1fr;gap:1rem}
        .tile{min-width:0}
        .tile dt{color:var(--muted);font-size:.8125rem}
        .tile dd{margin:0}
        .tile .value{display:flex;align-items:center;gap:.4rem;font-size:1.625rem;font-weight:600;line-height:1.3;
        font-variant-numeric:tabular-nums;letter-spacing:-.01em}
        .tile .value .symbol{width:1.1rem;height:1.1rem}
        .tile .detail{color:var(--muted);font-size:.8125rem;line-height:1.45}
        .list>div{display:grid;grid-template-columns:minmax(6rem,10rem) minmax(0,1fr);gap:1rem;padding:.45rem 0;
        border-top:1px solid var(--line);font-size:.9375rem}
        .list>div:first-child{border-top:0}
        .card .list>div{grid-template-columns:minmax(5rem,1fr) minmax(0,1.9fr)}
        .list dt{color:var(--muted)}
        .list dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        details{border:1px solid var(--line);border-radius:.875rem;background:var(--surface)}
        details+details{margin-top:.75rem}
        summary{cursor:pointer;padding:.85rem 1.25rem;border-radius:.875rem;font-variant-numeric:tabular-nums}
        summary::marker{color:var(--muted)}
        .inside{padding:.25rem 1.25rem 1.25rem}
        .inside>*+*{margin-top:1rem}
        .line-up{display:inline-flex;vertical-align:top;max-width:calc(100% - 1.5rem);flex-wrap:wrap;align-items:center;gap:.3rem .9rem}
        .rows .line-up{max-width:none}
        .rows li{padding:.6rem 0;border-top:1px solid var(--line)}
        .rows li:first-child{border-top:0;padding-top:0}
        .rows li:last-child{padding-bottom:0}
        .more{margin-top:1.25rem}
        .budget p{display:flex;justify-content:space-between;gap:1rem;font-size:.9375rem;color:var(--muted)}
        .budget strong{color:var(--ink);font-variant-numeric:tabular-nums}
        .timeline{display:grid;grid-template-columns:max-content 1rem minmax(0,1fr);column-gap:.75rem}
        .timeline li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;padding:.3rem 0;font-size:.9375rem}
        .timeline li>*{grid-row:1}
        .timeline time{grid-column:1;color:var(--muted);font-variant-numeric:tabular-nums;white-space:nowrap;text-align:right}
        .timeline .symbol{grid-column:2;margin-top:.25rem}
        .timeline li>p{grid-column:3}
        .timeline li:not(:last-child)::before{content:"";grid-column:2;grid-row:1;justify-self:center;width:2px;
        margin:1.45rem 0 -.6rem;background:var(--line)}
        .log{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1.25rem}
        .log time{color:var(--muted);font-variant-numeric:tabular-nums}

        """

    private static let tables = """
        .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:.875rem;background:var(--surface)}
        .card .scroll,.inside .scroll{border:0;border-radius:0;margin-left:-.25rem;margin-right:-.25rem}
        table{width:100%;border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums;line-height:1.4}
        caption{padding:.9rem 1.25rem .3rem;text-align:left;font-weight:650}
        .card caption,.inside caption{padding-left:.25rem}
        th,td{padding:.6rem 1.25rem;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        .card th,.card td,.inside th,.inside td{padding:.5rem .75rem .5rem .25rem}
        thead th{border-top:0;color:var(--muted);font-size:.8125rem;font-weight:600;white-space:nowrap;vertical-align:bottom}
        tbody th{font-weight:600}
        td code,th code{white-space:nowrap;overflow-wrap:normal}
        .n{text-align:right;white-space:nowrap}
        td small,th small{display:block;color:var(--muted);font-size:.8125rem;font-weight:400}

        """
}
