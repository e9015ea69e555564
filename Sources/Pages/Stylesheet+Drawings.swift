// SPDX-License-Identifier: MIT

extension Stylesheet {
    static let charts = """
        figcaption{font-weight:650;font-size:.9375rem;line-height:1.35}
        figcaption.quiet{color:var(--muted);font-size:.8125rem;font-weight:400}
        figcaption.quiet+.frame{margin-top:.25rem}
        .chart .frame{margin-top:1rem;container-type:inline-size;padding:.5rem .25rem 1.75rem 0}
        .chart .empty{margin-top:.75rem;color:var(--muted);font-size:.9375rem}
        svg{display:block;overflow:visible}
        .plot text{font-size:12px;fill:var(--muted);text-anchor:middle;font-variant-numeric:tabular-nums}
        .plot text.end{text-anchor:end}
        .plot text.start{text-anchor:start}
        .grid{stroke:var(--line);stroke-width:1;shape-rendering:crispEdges}
        .threshold{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:2 4;stroke-linecap:round}
        .line{fill:none;stroke:var(--series);stroke-width:2;stroke-linejoin:round;stroke-linecap:round;stroke-dasharray:var(--dash)}
        .line polyline{vector-effect:non-scaling-stroke}
        .line circle{fill:var(--series);stroke:var(--surface);stroke-width:1.5;stroke-dasharray:none}
        .bars{stroke:none}
        .bars:not([fill]){fill:var(--series)}
        .hatch .ground{fill:var(--series);fill-opacity:.22}
        .hatch path{fill:none;stroke:var(--series);stroke-width:2}
        .hatch circle{fill:var(--series)}
        .series-1{--series:var(--series-1);--dash:none}
        .series-2{--series:var(--series-2);--dash:7 5}
        .series-3{--series:var(--series-3);--dash:1.5 5}
        .series-4{--series:var(--series-4);--dash:10 4 1.5 4}
        .series-5{--series:var(--series-5);--dash:3.5 3.5}
        .series-6{--series:var(--series-6);--dash:14 5}
        @container (max-width:419px){.plot .roomy{display:none}}
        @container (max-width:289px){.plot .some{display:none}}
        @container (max-width:149px){.plot .few{display:none}}
        .card:has(>.chart){display:flex;flex-direction:column}
        .card>.chart:not(:first-child){margin-top:auto;padding-top:.75rem}
        .chart.narrow{max-width:46rem}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-top:.25rem;color:var(--muted);font-size:.8125rem}
        .legend li{display:flex;align-items:center;gap:.5rem}
        .swatch{flex:none}

        """

    static let levels = """
        .level .room{fill:var(--track)}
        .level .debt{stroke:var(--track);stroke-width:2}
        .level .filling{fill:var(--tone)}
        .level .zero{stroke:var(--ink);stroke-width:2}
        .level .mark{stroke:var(--surface);stroke-width:2}
        .level .beyond{fill:none;stroke:var(--surface);stroke-width:2}

        """

    /// The half hours of days, by what became of them.
    static let slots = """
        .slots .success{--cell:var(--good)}
        .slots .partial{--cell:var(--careful)}
        .slots .failed{--cell:var(--bad)}
        .slots .killed{--cell:var(--killed)}
        .slots .skipped{--cell:var(--skipped)}
        .slots .missed{--cell:var(--missed)}
        .slots .unknown{--cell:var(--unknown-tint)}
        .slots rect:not([fill]):not(.ground){fill:var(--cell)}
        .slots .over rect:not([fill]){fill:inherit}
        .slots rect.future,.slots .future rect{fill:none;stroke:var(--line);stroke-width:1.5}
        .slots .gap{stroke:var(--surface);stroke-width:2}
        .slots .gap .wide{stroke-width:4}
        .slots .hour{text-anchor:end}
        .slots .maintenance .ground{fill:none}
        .slots .hatch path{fill:none;stroke:var(--surface);stroke-width:1.5}
        .slots .over,.slots .sign{pointer-events:none}
        .slots text{font-size:12px;fill:var(--muted);font-variant-numeric:tabular-nums}
        .slots .middle{text-anchor:middle}
        .slots .sign{fill:var(--surface);font-weight:700;text-anchor:middle;
        stroke:var(--cell);stroke-width:6px;paint-order:stroke}
        .slots .unknown.sign{fill:var(--muted);font-weight:400}
        .slots .day{text-anchor:end;fill:var(--ink)}
        .slots .upright .day{text-anchor:middle}
        .slots+.legend{margin-top:1rem}
        .slots .upright{display:none}
        .slots .lying{padding:1.5rem 4.75rem 0 5.5rem}
        .slots .upright{padding:2.5rem 0 0 2.75rem}

        """

    static let phone = """
        @media screen and (max-width:40rem){
        .slots.week .lying{display:none}
        .slots.week .upright{display:block}
        .slots:not(.week) .lying{min-width:50rem}
        .banner{row-gap:.4rem;display:grid;grid-template-columns:auto minmax(0,1fr);align-items:center}
        .banner>div{display:contents}
        .banner>div>:not(h2){grid-column:1/-1;margin-top:0}
        .log{grid-template-columns:minmax(0,1fr)}
        .inside .list>div{grid-template-columns:minmax(5rem,1fr) minmax(0,2.2fr);gap:.75rem}
        table{font-size:.875rem}
        .card:not(.scroll) .legend{gap:.25rem 1rem}
        main{padding:1.5rem 1rem 3rem}
        h1{font-size:1.625rem}
        section{margin-top:2.25rem}
        .banner{gap:.9rem;padding:1.1rem 1.1rem;margin-top:1.5rem}
        .banner>.symbol{width:1.75rem;height:1.75rem}
        .banner h2{font-size:1.25rem}
        .card{padding:1rem}
        .tiles{grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:1rem}
        .tile .value{font-size:1.375rem}
        th,td{padding:.55rem .5rem}
        th:first-child{padding-left:.9rem}
        summary{padding:.8rem 1rem}
        .inside{padding:.25rem 1rem 1rem}
        }

        """

    static let paper = """
        @media print{
        @page{margin:14mm 12mm}
        :root{color-scheme:light;font-size:75%}
        body{background:#fff}
        .dense .tile .value{font-size:1.125rem}
        .tiles{gap:.75rem}
        main{max-width:none;padding:0}
        section{margin-top:2rem}
        h1,h2,h3,h4,caption,summary{break-after:avoid}
        .card,.banner,figure,tr,.tile{break-inside:avoid}
        .scroll{overflow:visible}
        details>summary{list-style:none}
        details::details-content{content-visibility:visible;display:block;block-size:auto}
        thead{display:table-header-group}
        th,td{padding:.35rem .5rem}
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        }

        """
}
