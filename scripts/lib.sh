# shellcheck shell=bash
# Words the other scripts share. Source it; it does nothing by itself.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

fail() {
  printf '\033[31m==> %s\033[0m\n' "$*" >&2
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Installs Debian packages where that is allowed (root and apt-get); returns 1 where it is not.
apt_install() {
  is_root && command -v apt-get >/dev/null || return 1
  say "installing $*"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@"; } </dev/null >&2
}
