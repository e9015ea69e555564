#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens HTML files in a real browser, as a phone and as a desktop, light and dark, and says what is wrong with them.

Wrong is: a line in the console, a request for anything but the file, a page wider than the screen, a broken rule of
page-checks.js or of axe-core (where it is given), a file that is too large, and a PDF that is dark, loses words of the
page or runs over the edge of the paper. Each view is kept as a picture: <name>-<phone|desktop>-<light|dark>.png.
"""

import argparse
import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import browser

VIEWS = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
# What is left of A4 between margins of 12 mm, in pixels of CSS.
PAPER = 703
HERE = pathlib.Path(__file__).parent
# The rest are opinions, or need a person.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def main():
    options = arguments()
    program = browser.find()
    if not program:
        sys.exit("error: there is no browser (%s)" % ", ".join(browser.NAMES))
    axe = options.axe.read_text() if options.axe else None
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with browser.Browser(program) as page:
        for file in options.files:
            complaints, facts = examine(page, file.resolve(), axe, options)
            wrong += len(complaints)
            print("%s: %s; %s" % (file.name, "%d wrong" % len(complaints) if complaints else "clean", facts))
            for complaint in complaints:
                print("  " + complaint)
    sys.exit(1 if wrong else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--out", type=pathlib.Path, help="where pictures and PDFs go; without it none is kept")
    parser.add_argument("--axe", type=pathlib.Path, help="axe.min.js")
    parser.add_argument("--limit", type=int, default=300_000, help="bytes a file may have (%(default)s)")
    parser.add_argument("--screen", action="store_true", help="pictures of the first screen only, not of the whole page")
    return parser.parse_args()


def examine(page, file, axe, options):
    """What is wrong with a page, and a few facts."""
    complaints = []
    contrast = 21.0
    if file.stat().st_size > options.limit:
        complaints.append("%d bytes, of %d that it may have" % (file.stat().st_size, options.limit))
    for view, (width, height) in VIEWS.items():
        for scheme in SCHEMES:
            place = "%s %s: " % (view, scheme)
            open_page(page, file, width, height, scheme)
            found = page.evaluate((HERE / "page-checks.js").read_text())
            contrast = min(contrast, page.evaluate("window.leastContrast"))
            if axe:
                found += ask_axe(page, axe)
            found += noise(page, file)
            complaints += [place + text for text in found]
            if options.out:
                place = options.out / ("%s-%s-%s.png" % (file.stem, view, scheme))
                take_picture(page, place, width, height, options.screen)
    found, pages = print_out(page, file, options.out)
    size = (file.stat().st_size + 500) // 1000
    return complaints + found, "%d kB, least contrast %.1f to 1, %d sheets of paper" % (size, contrast, pages)


def open_page(page, file, width, height, scheme):
    page.events.clear()
    page.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if width < 600 else 1,
              mobile=width < 600)
    page.send("Emulation.setEmulatedMedia", media="screen",
              features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.send("Page.navigate", url=file.as_uri())
    page.wait_for("Page.loadEventFired")


def ask_axe(page, axe):
    page.evaluate(axe + ";0")
    result = page.evaluate(
        "axe.run(document, {runOnly: %s, resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))"
        % json.dumps(RULES))
    return [
        "axe %s (%s): %s: %s" % (rule["id"], rule["impact"], rule["help"], node["html"][:120])
        for rule in json.loads(result) for node in rule["nodes"][:3]
    ]


def noise(page, file):
    """What the console says, and requests for anything but the file."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    found = []
    for event in page.events:
        given = event["params"]
        if event["method"] == "Log.entryAdded":
            found.append("console: " + given["entry"]["text"][:200])
        elif event["method"] == "Runtime.consoleAPICalled":
            found.append("console: " + " ".join(str(part.get("value")) for part in given["args"])[:200])
        elif event["method"] == "Runtime.exceptionThrown":
            found.append("exception: " + given["exceptionDetails"]["text"])
        elif event["method"] == "Network.requestWillBeSent":
            url = given["request"]["url"]
            if url.split("#")[0] != file.as_uri() and not url.startswith("data:"):
                found.append("request: " + url[:200])
    return found


def take_picture(page, path, width, height, screen_only):
    if not screen_only:
        height = page.evaluate("document.documentElement.scrollHeight")
    take_area(page, path, 0, width, height)


def take_area(page, path, top, width, height):
    area = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
    picture = page.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=area)
    path.write_bytes(base64.b64decode(picture["data"]))


def print_out(page, file, out):
    """Prints in dark: paper has to be light all the same. Gives what is wrong, and the number of sheets."""
    open_page(page, file, PAPER, 1000, "dark")
    title = page.evaluate("(document.querySelector('h1') || document.body).textContent.trim()")
    headings = page.evaluate("[...document.querySelectorAll('h2, summary, caption:not(.unseen)')].map(h => h.textContent.trim())")
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.send("Emulation.setEmulatedMedia", media="print", features=dark)
    overhang = page.evaluate("document.documentElement.scrollWidth") - PAPER
    page.send("Emulation.setEmulatedMedia", media="", features=dark)
    answer = page.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True, paperWidth=8.27, paperHeight=11.69)
    with tempfile.TemporaryDirectory() as scratch:
        path = (out or pathlib.Path(scratch)) / (file.stem + ".pdf")
        path.write_bytes(base64.b64decode(answer["data"]))
        words = run("pdftotext", "-layout", path, "-").decode(errors="replace")
        sheets = drawn_sheets(run("pdftoppm", "-r", "40", path))
    printed = "".join(words.split())
    found = [
        "PDF: these words are not in it: " + text[:60]
        for text in dict.fromkeys([title, *headings]) if "".join(text.split()) not in printed]
    if overhang > 1:
        found.append("PDF: %d pixels wider than the paper, all is made smaller for it" % overhang)
    for number, (_, _, pixels) in enumerate(sheets, 1):
        if sum(pixels) < 0.6 * 255 * len(pixels):
            found.append("PDF: sheet %d is dark" % number)
    return found + ([] if sheets else ["PDF: no page"]), len(sheets)


def run(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout


def drawn_sheets(stream):
    """The pictures of a stream of PPM files: width, height and RGB."""
    sheets = []
    while stream:
        kind, width, height, depth, stream = take_header(stream)
        if kind != b"P6" or depth != 255:
            raise ValueError("pdftoppm made something else than P6")
        sheets.append((width, height, stream[:3 * width * height]))
        stream = stream[3 * width * height:]
    return sheets


def take_header(stream):
    lines = stream.split(b"\n", 3)
    width, height = map(int, lines[1].split())
    return lines[0], width, height, int(lines[2]), lines[3]


if __name__ == "__main__":
    main()
