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
    """For each symbol in lld's map: the input section it is in."""
    found, section = {}, None
    for line in open(path):
        if not (match := re.match(r"\s*(\w+)\s+\w+\s+\w+\s+\d+ ( *)(.*)", line)):
            continue
        if len(match[2]) == 8:
            section = (match[3], match[1])
        elif len(match[2]) == 16:
            found.setdefault(match[3], section)
    return found


def main(calls, linker_map, binary):
    listing = subprocess.run(["nm", "--defined-only", binary], capture_output=True, text=True, check=True).stdout
    code = {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3 and line.split()[1] in "tTwW"}
    places, taken = sections(linker_map), set()
    for name in executed(calls, binary):
        place = places.get(name, name)
        if name in code and place not in taken:
            taken.add(place)
            print(name)


main(*sys.argv[1:])
