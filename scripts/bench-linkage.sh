#!/usr/bin/env bash
# Links the same generated lists with Splink 4 and with `lianxin link`, and prints time, memory and F1 of both;
# then the public FEBRL sets, which must not be linked worse than they were.
# bench-linkage.sh [PEOPLE]: how many on each list, 1,000,000 unless told.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

people=${1:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv ||
  fail "No Python with venv: on Debian «apt-get install python3-venv»."
venv=.venv-linkage
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check 'splink>=4,<5' recordlinkage ||
  fail "pip could not install Splink 4 and recordlinkage."

cargo build --release --quiet -p lianxin-linkage --example link
link=target/release/examples/link

for poverty in ordinary poor; do
  mkdir -p "$folder/$poverty"
  "$link" sample "$poverty" "$people" 1 "$folder/$poverty"
  "$venv/bin/python" scripts/bench-linkage.py "$folder/$poverty" "$link" "$poverty"
done
"$venv/bin/python" scripts/bench-linkage.py febrl "$folder" "$link"
