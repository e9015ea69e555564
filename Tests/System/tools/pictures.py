#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes the pictures of the README: the first screens of a report and of the dashboards, and the grid of a week."""

import argparse
import pathlib
import sys

import browser
import pages

# Name, page, view, scheme, from which element on, height in pixels; without one as high as the element.
PICTURES = [
    ("report", "report.html", "desktop", "light", None, 1340),
    ("report-dark", "report.html", "desktop", "dark", None, 1340),
    ("report-week", "report.html", "desktop", "light", "#slots", 1000),
    ("report-phone", "report.html", "phone", "light", None, 844),
    ("dashboards", "dashboards.html", "desktop", "light", None, 1340),
    ("dashboards-dark", "dashboards.html", "desktop", "dark", None, 1340),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=pathlib.Path, required=True, help="where report.html and dashboards.html lie")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--limit", type=int, default=250_000, help="bytes of a picture (%(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    too_large = 0
    with browser.Browser(browser.find()) as page:
        for name, file, view, scheme, element, height in PICTURES:
            width, screen = pages.VIEWS[view]
            pages.open_page(page, (options.pages / file).resolve(), width, screen, scheme)
            top = 0
            if element:
                top = page.evaluate("document.querySelector('%s').getBoundingClientRect().top" % element) - 24
            path = options.out / (name + ".png")
            pages.take_area(page, path, top, width, height)
            size = path.stat().st_size
            too_large += size > options.limit
            print("%s: %d kB%s" % (path.name, (size + 500) // 1000, " – too large" if size > options.limit else ""))
    sys.exit(1 if too_large else 0)


if __name__ == "__main__":
    main()
