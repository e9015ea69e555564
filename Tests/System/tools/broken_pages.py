#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds pages that are broken on purpose against the checks of pages.py: each must be found wrong, and the page they are
made from must not."""

import argparse
import pathlib
import sys
import tempfile

import browser
import pages

SOUND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>
<style>:root{color-scheme:light dark}body{margin:1rem;font:16px sans-serif;background:#fff;color:#111}
@media screen and (prefers-color-scheme:dark){body{background:#111;color:#eee}}@media print{@page{margin:12mm}}</style></head>
<body><main><h1>A page</h1><h2>Numbers</h2><p id="words">Some words.</p>
<svg role="img" aria-labelledby="drawing" width="40" height="40"><title id="drawing">A square</title><rect width="40" height="40"/></svg>
<table><caption>Counted</caption><thead><tr><th scope="col">what</th><th scope="col">how many</th></tr></thead>
<tbody><tr><th scope="row">a</th><td>1</td></tr></tbody></table></main></body></html>
"""

# What is put in the place of what, and what must be said of it.
BROKEN = {
    "console": ("</main>", "<script>console.error('no')</script></main>", "console: no"),
    "exception": ("</main>", "<script>throw new Error('no')</script></main>", "exception: "),
    "a request to a host": ("</main>", "<img alt='' src='http://127.0.0.1:9/x.png'></main>", "request: http://127.0.0.1:9/"),
    "a request for a file": ("</main>", "<img alt='' src='other.png'></main>", "request: file:"),
    "a font from elsewhere": ("</style>", "@font-face{font-family:x;src:url(http://127.0.0.1:9/f)}p{font-family:x}</style>",
                              "request: http://127.0.0.1:9/f"),
    "too wide": ("</main>", "<div style='width:2000px'>x</div></main>", "pixels wide on a screen of"),
    "beyond the edge": ("</main>", "<p style='position:absolute;left:-40px'>off</p></main>", "beyond the edge"),
    "scrolls by mouse only": ("</main>", "<div style='overflow-x:auto'><div style='width:2000px'>x</div></div></main>",
                              "scrolls, but not by keyboard"),
    "contrast": ("<p id=", "<p style='color:#999' id=", "phone light: contrast 2.8"),
    "contrast in the dark": ("color:#eee}", "color:#555}", "desktop dark: contrast"),
    "small letters": ("<p id=", "<p style='font-size:10px' id=", "letters of 10.0 pixels"),
    "heading order": ("<h2>", "<h4>deep</h4><h2>", "heading skips a level"),
    "two titles": ("<h2>", "<h1>again</h1><h2>", "not exactly one h1"),
    "no heading of its own": ("<h1>A page</h1>", "", "not exactly one h1"),
    "no caption": ("<caption>Counted</caption>", "", "table without caption"),
    "no header cells": ("<thead><tr><th scope=\"col\">what</th><th scope=\"col\">how many</th></tr></thead>\n"
                        "<tbody><tr><th scope=\"row\">a</th><td>1</td></tr></tbody>", "<tr><td>a</td><td>1</td></tr>",
                        "table without header cell"),
    "no scope": ("<th scope=\"row\">", "<th>", "th without scope"),
    "no title of a drawing": ("<title id=\"drawing\">A square</title>", "", "svg without title"),
    "no role": (" role=\"img\"", "", "svg without role img"),
    "named by nothing": ("aria-labelledby=\"drawing\"", "aria-labelledby=\"nowhere\"", "aria-labelledby names nothing"),
    "an id twice": ("<h2>", "<h2 id=\"words\">", "id twice: words"),
    "no language": (" lang=\"en\"", "", "html has no lang"),
    "no title": ("<title>A page</title>", "", "no title"),
    "no doctype": ("<!DOCTYPE html>\n", "", "quirks mode"),
    "no main": ("<main>", "<div>", "not exactly one main"),
    "too large": ("</main>", "<!--" + "x" * 300_000 + "--></main>", "bytes, of 300000 that it may have"),
    "lost on paper": ("</style>", "@media print{h2{display:none}}</style>", "PDF: these words are not in it: Numbers"),
    "closed on paper": ("</main>", "<details><summary>more</summary><table><caption>Hidden</caption><tr><th scope='row'>a</th>"
                        "</tr></table></details></main>", "PDF: these words are not in it: Hidden"),
    "dark on paper": ("@media screen and (prefers", "@media (prefers", "PDF: sheet 1 is dark"),
    "over the edge of the paper": ("</style>", "@media print{p{width:60rem;background:#ccc}}</style>", "pixels wider than the paper"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js")
    axe = parser.parse_args().axe
    broken = dict(BROKEN)
    if axe:
        broken["a button without a name"] = ("</main>", "<button></button></main>", "axe button-name")
    options = argparse.Namespace(out=None, limit=300_000, screen=True)
    missed = 0
    with tempfile.TemporaryDirectory() as scratch, browser.Browser(browser.find()) as page:
        def complaints(text):
            file = pathlib.Path(scratch) / "page.html"
            file.write_text(text)
            return pages.examine(page, file, axe.read_text() if axe else None, options)[0]

        for complaint in complaints(SOUND):
            missed += 1
            print("the sound page is found wrong: " + complaint)
        for name, (old, new, wanted) in broken.items():
            if old not in SOUND:
                sys.exit("error: nothing to break for '%s'" % name)
            found = complaints(SOUND.replace(old, new, 1))
            if not any(wanted in complaint for complaint in found):
                missed += 1
                print("not found: %s (%s)\n  %s" % (name, wanted, "\n  ".join(found) or "nothing was said"))
    print("broken on purpose: %d pages, %d not found" % (len(broken), missed))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
