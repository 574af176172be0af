#!/usr/bin/env bash
# Links the same generated lists with Splink 4 and with `lianxin link`, and prints time, memory and F1 of both;
# then lists of a second generator with other habits, and the public FEBRL sets, which must not be linked worse than
# they were.
# bench-linkage.sh [PEOPLE]: how many on each list, 1,000,000 unless told.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

people=${1:-1000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python_with .venv-linkage scripts/bench-linkage.txt

cargo build --release --quiet -p lianxin-linkage --example link
link=target/release/examples/link

for poverty in ordinary poor; do
  mkdir -p "$folder/$poverty"
  "$link" sample "$poverty" "$people" 1 "$folder/$poverty"
  .venv-linkage/bin/python scripts/bench-linkage.py "$folder/$poverty" "$link" "$poverty"
done
.venv-linkage/bin/python scripts/linkage_lists.py "$folder/other-ordinary" --people 100000 --encoding utf-8
.venv-linkage/bin/python scripts/linkage_lists.py "$folder/other-poor" --people 100000 --encoding utf-8 --missing 3.2 --seed 2
.venv-linkage/bin/python scripts/bench-linkage.py other "$folder" "$link"
.venv-linkage/bin/python scripts/bench-linkage.py febrl "$folder" "$link"
