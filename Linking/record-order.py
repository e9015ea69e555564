#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes symbol-order.txt: functions a run of the collector executes, so that the linker puts them side by side.

The kernel maps 64 KiB around every page that is touched, so code spread over the whole program is resident whole.
A list that has grown old costs memory, nothing else. To record:

    swift build -c release --static-swift-stdlib -Xlinker -Map=/tmp/collector.map
    valgrind --tool=callgrind --demangle=no --callgrind-out-file=/tmp/collector.calls BINARY collect   # one usual run
    Linking/record-order.py /tmp/collector.calls /tmp/collector.map BINARY > Linking/symbol-order.txt

One function of each input section is enough: the linker moves sections.
"""
import re
import subprocess
import sys


def executed(calls, binary):
    """Symbols of the binary in the order in which callgrind lists them."""
    objects, functions, names, where = {}, {}, {}, None
    for line in open(calls):
        if match := re.match(r"(c?)ob=\((\d+)\)(?: (.*))?", line):
            if match[3]:
                objects[match[2]] = match[3].strip()
            if not match[1]:
                where = objects[match[2]]
        elif match := re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line):
            if match[3]:
                functions[match[2]] = re.sub(r"'\d+$", "", match[3].strip())
            if not match[1] and where.split("/")[-1] == binary.split("/")[-1]:
                names[functions[match[2]]] = True
    return list(names)


def sections(path):
    """For each symbol in lld's map: the input sections it is in, each with its size."""
    found, section = {}, None
    for line in open(path):
        if not (match := re.match(r"\s*(\w+)\s+\w+\s+(\w+)\s+\d+ ( *)(.*)", line)):
            continue
        if len(match[3]) == 8:
            section = (match[4], match[1], int(match[2], 16))
        elif len(match[3]) == 16:
            found.setdefault(match[4], []).append(section)
    return found


# The linker moves every section that has a function of the name. One of many functions may lie in a small one only.
SHARED_LIMIT = 4096


def main(calls, linker_map, binary):
    listing = subprocess.run(["nm", "--defined-only", binary], capture_output=True, text=True, check=True).stdout
    code = {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3 and line.split()[1] in "tTwW"}
    places, taken = sections(linker_map), set()
    names = [name for name in executed(calls, binary) if name in code]
    sure = {places[name][0] for name in names if len(places.get(name, [])) == 1}
    for name in names:
        wanted = places.get(name, [(name, "", 0)])
        if len(wanted) > 1 and any(size > SHARED_LIMIT for place in wanted if place not in sure for size in place[2:]):
            continue
        if not taken.issuperset(wanted):
            taken.update(wanted)
            print(name)


main(*sys.argv[1:])
