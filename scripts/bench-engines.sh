#!/usr/bin/env bash
# The planning engines against their anchors, both in one run, printed as Markdown. Every bench/NAME.sh takes part: it is
# given the optimised program and a folder, and finds Python with what bench/*.txt name in $PYTHON.
# `scripts/bench-engines.sh reach` runs one alone; LIANXIN=FILE measures a program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

if [ -z "${LIANXIN:-}" ]; then
  say "the optimised program"
  cargo build --release --bin lianxin
fi
program=$(realpath "${LIANXIN:-target/release/lianxin}")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

say "the anchors"
cat bench/${1:-*}.txt | sort -u >"$folder/wanted.txt"
python_with "target/bench-engines-${1:-all}" "$folder/wanted.txt"
export PYTHON=$PWD/target/bench-engines-${1:-all}/bin/python

for bench in bench/${1:-*}.sh; do
  say "$bench"
  mkdir "$folder/data"
  "$bench" "$program" "$folder/data"
  rm -r "$folder/data"
  echo
done
