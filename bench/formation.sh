#!/usr/bin/env bash
# Formation against HiGHS on a generated county. Called by scripts/bench-engines.sh with the program and a folder.
set -euo pipefail
program=$1 folder=$2
here=$(dirname "$0")

# Mid-size and close together, so that every group can be listed for HiGHS; then the size that is asked for.
"$program" form sample --seed 2 --enterprises 300 --out "$folder/town"
"$program" form sample --seed 1 --enterprises "${ENTERPRISES:-10000}" --out "$folder/county"
echo "### formation"
echo
"$PYTHON" "$here/formation.py" compare "$folder/town" "$folder/county" "$program"
