#!/usr/bin/env bash
# Makes .venv with what e2e/requirements.txt names; does nothing while that file has not changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

stamp=.venv/requirements.txt
cmp -s e2e/requirements.txt "$stamp" && exit

python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv ||
  fail "No Python with venv: on Debian «apt-get install python3-venv»."
python3 -m venv --clear .venv
.venv/bin/pip install --quiet --disable-pip-version-check --requirement e2e/requirements.txt ||
  fail "pip could not install what e2e/requirements.txt names."
cp e2e/requirements.txt "$stamp"
