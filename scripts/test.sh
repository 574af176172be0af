#!/usr/bin/env bash
# Every test, in the order that finds the usual mistakes soonest. `make test` runs it after building web/.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

say "format and types"
cargo fmt --all --check
npm run --silent check --workspace web

# What helps to compile again after an edit only costs time where everything is compiled for the first time.
[[ -d target/debug/incremental ]] || export CARGO_INCREMENTAL=0

# Clippy looks on while the tests are compiled: as a step of its own it would compile every dependency a second time.
say "lints, and tests on SQLite and PostgreSQL"
export RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/lint-and-compile
scripts/with-postgres.sh cargo test --workspace

# The very program that the tests above were run with; building it alone would compile half of everything once more.
say "the program in a browser, through Open311 clients, and fuzzed"
e2e/run.sh

say "all tests passed"
