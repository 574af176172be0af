#!/usr/bin/env bash
# Checks what building needs, installs what it may, and says in one sentence how to get the rest.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

rust_wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
node_wanted=20

# Is version $1 at least version $2?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

command -v cc >/dev/null || apt_install build-essential ||
  fail "No C compiler: install one, on Debian with «apt-get install build-essential»."

command -v cargo >/dev/null ||
  fail "No Rust: install version $rust_wanted or newer as https://rustup.rs shows."
rust=$(rustc --version | cut -d ' ' -f 2)
at_least "$rust" "$rust_wanted" ||
  fail "Rust $rust is too old: «rustup update» brings $rust_wanted or newer."

for tool in node npm; do
  command -v "$tool" >/dev/null ||
    fail "No $tool: install Node.js $node_wanted or newer as https://nodejs.org shows."
done
node=$(node --version)
at_least "${node#v}" "$node_wanted" ||
  fail "Node.js $node is too old: install version $node_wanted or newer as https://nodejs.org shows."
