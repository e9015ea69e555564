# SPDX-License-Identifier: MIT
#
# Every target prepares what it needs by itself; `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where builds go. Other places share nothing with this one.
SCRATCH ?= .build
export SCRATCH

# Another root and prefix for install and uninstall.
PREFIX ?= /usr
DESTDIR ?=
export PREFIX DESTDIR

# Options for demo and bench, for example: make bench ARGS='--quick --json out.json'
ARGS ?=

.PHONY: help
help: ## This list
	@echo 'Polisen Collector keeps every event of the Swedish police events API, exactly once.'
	@echo
	@echo 'Start here:'
	@echo '  make demo      a generated week in accelerated time, with outages, and its report. No cloud account needed'
	@echo '  make test      everything CI runs'
	@echo
	@echo 'All targets:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
	  printf '  make %-11s %s\n' "$$name" "$$text"; done
	@echo
	@echo 'Needed: Debian 12 (or one like it), git, make, a Swift toolchain of 6.2 or later on PATH.'
	@echo 'All else is installed from the package sources when it is missing.'

.PHONY: deps
deps: ## Install what building and testing need and is missing
	@Scripts/deps.sh build test

.PHONY: build
build: ## Release binaries: .build/release/polisen-collector and local-oci
	@Scripts/deps.sh build
	@Scripts/build.sh

.PHONY: install
install: ## Program, units, user, message catalog; DESTDIR=, PREFIX=/usr. Starts nothing
	@[[ -x $(SCRATCH)/release/polisen-collector ]] || $(MAKE) build
	@Scripts/install.sh install

.PHONY: uninstall
uninstall: ## Takes away what install made; configuration and state stay
	@Scripts/install.sh uninstall

.PHONY: demo
demo: ## A generated week with outages, collected as a timer would, and its report
	@Scripts/deps.sh build demo
	@Scripts/build.sh
	@Scripts/demo.sh $(ARGS)

.PHONY: test
test: ## Everything CI runs: lint, tests, coverage, AddressSanitizer, the built programs
	@Scripts/test.sh

.PHONY: screenshots
screenshots: ## The README's pictures of report and dashboards, of a made-up quarter
	@Scripts/deps.sh build pages
	@Scripts/build.sh
	@Scripts/screenshots.sh

.PHONY: lint
lint: ## Format, shell scripts and the rules of the source tree; changes nothing
	@Scripts/deps.sh lint
	@Scripts/lint.sh

.PHONY: format
format: ## Format all Swift sources in place
	swift format --in-place --parallel --recursive Sources Tests Package.swift

.PHONY: asan
asan: ## The tests under AddressSanitizer
	@Scripts/deps.sh build test
	@Scripts/sanitize.sh address

.PHONY: tsan
tsan: ## The tests under ThreadSanitizer
	@Scripts/deps.sh build test
	@Scripts/sanitize.sh thread

.PHONY: bench
bench: ## Side by side with a plain Python collector; ARGS='--quick', '--full', '--json FILE'
	@Scripts/deps.sh build bench
	@Scripts/build.sh
	@python3 Benchmarks/run.py $(ARGS)

.PHONY: clean
clean: ## Remove all that was built or made by the demo
	rm -rf .build .demo
