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

# Makes the Python environment FOLDER with what a requirements file names; does nothing while that file has not changed.
python_with() {
  local folder=$1 wanted=$2
  cmp -s "$wanted" "$folder/requirements.txt" && return
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv ||
    fail "No Python with venv: on Debian «apt-get install python3-venv»."
  # A link may lead to somebody else's folder, which is not ours to clear.
  [ ! -L "$folder" ] || fail "$folder is a link, and lacks what $wanted names: remove the link."
  python3 -m venv --clear "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" ||
    fail "pip could not install what $wanted names."
  cp "$wanted" "$folder/requirements.txt"
}
