#!/usr/bin/env bash
# Makes sure that Chromium and a Chinese typeface are there: without the typeface every picture is boxes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk fontconfig)
[ ${#missing[@]} -eq 0 ] && exit

apt_install "${missing[@]}" ||
  fail "The browser tests need ${missing[*]}: on Debian «apt-get install ${missing[*]}»."
