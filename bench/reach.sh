#!/usr/bin/env bash
# Reach against pandana and HiGHS on Wuhan's streets. Called by scripts/bench-engines.sh with the program and a folder.
set -euo pipefail
program=$1 folder=$2
here=$(dirname "$0")

# The streets are OpenStreetMap's (ODbL): they stay in the folder and are removed with it.
"$PYTHON" -m pip download --quiet --no-deps --no-binary neatnet --dest "$folder" neatnet==0.1.6
tar xzf "$folder/neatnet-0.1.6.tar.gz" -C "$folder"
"$PYTHON" "$here/reach.py" streets "$folder/neatnet-0.1.6" "$folder/wuhan"
echo "### reach"
echo
"$PYTHON" "$here/reach.py" compare "$folder/wuhan" "$program"
