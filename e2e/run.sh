#!/usr/bin/env bash
# The built program as people and other programs meet it: in a browser, through Open311 clients, and fuzzed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

scripts/need-browser.sh
python_with .venv e2e/requirements.txt

LIANXIN_E2E_SEED=$(mktemp -d)
trap 'rm -rf "$LIANXIN_E2E_SEED"' EXIT
export LIANXIN_E2E_SEED

say "filling in the demo"
node e2e/seed.mjs "$LIANXIN_E2E_SEED"

say "pages, journeys and the npm Open311 client"
node --test --test-concurrency=2 --test-reporter=spec e2e/*.test.mjs

say "the Python Open311 clients"
node e2e/with-program.mjs .venv/bin/python e2e/open311_client.py

say "fuzzing the API"
node e2e/with-program.mjs e2e/fuzz.sh
