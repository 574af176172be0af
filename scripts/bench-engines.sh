#!/usr/bin/env bash
# The planning engines against their anchors, both in one run, printed as Markdown. Every bench/NAME.sh takes part: it is
# given the optimised program and a folder, and finds Python with what bench/*.txt name in $PYTHON.
# `scripts/bench-engines.sh reach` runs one alone.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv ||
  fail "No Python with venv: on Debian «apt-get install python3-venv»."

say "the optimised program"
cargo build --release --bin lianxin

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say "the anchors"
python3 -m venv "$folder/venv"
export PYTHON=$folder/venv/bin/python
for wanted in bench/${1:-*}.txt; do
  "$PYTHON" -m pip install --quiet --disable-pip-version-check --requirement "$wanted" ||
    fail "pip could not install what $wanted names."
done

for bench in bench/${1:-*}.sh; do
  say "$bench"
  mkdir "$folder/data"
  "$bench" "$PWD/target/release/lianxin" "$folder/data"
  rm -r "$folder/data"
  echo
done
