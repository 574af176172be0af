#!/usr/bin/env bash
# Relocation against OR-tools on a generated city. Called by scripts/bench-engines.sh with the program and a folder.
set -euo pipefail
program=$1 folder=$2
here=$(dirname "$0")

"$program" relocate sample --seed 1 --households "${HOUSEHOLDS:-95000}" --out "$folder/city"
echo "### relocation"
echo
"$PYTHON" "$here/relocation.py" compare "$folder/city" "$program"
