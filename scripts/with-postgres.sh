#!/usr/bin/env bash
# Runs a command beside a throwaway PostgreSQL and removes it afterwards, however the command ends:
#
#   scripts/with-postgres.sh cargo test --workspace
#
# The command finds the server's address in LIANXIN_TEST_POSTGRES. An address that is already set is
# used as it is, so that the same tests can be pointed at another server.
# LIANXIN_PG_DURABLE=1 keeps the server as careful with its disk as in production.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || fail "Say which command to run: $0 COMMAND…"
[ -z "${LIANXIN_TEST_POSTGRES:-}" ] || exec "$@"

# The folder of the newest installed server.
find_server() {
  local initdb
  initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$initdb" ] || initdb=$(command -v initdb) || return 1
  dirname "$initdb"
}

bin=$(find_server) || { apt_install postgresql && bin=$(find_server); } ||
  fail "No PostgreSQL server programs: on Debian «apt-get install postgresql»."

# The server refuses to run as root.
as_owner=()
if is_root; then
  owner=postgres
  id "$owner" >/dev/null 2>&1 || useradd --system --no-create-home "$owner"
  as_owner=(runuser -u "$owner" --)
fi

# In /tmp whatever TMPDIR says: the path must be open to the server's own user, and a socket's path short.
home=$(mktemp -d /tmp/lianxin-pg.XXXXXX)
is_root && chown "$owner" "$home"

stop() {
  "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$home/data" --mode immediate stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

settings="-c listen_addresses=127.0.0.1 -c unix_socket_directories=$home -c max_connections=200 -c timezone=UTC"
if [ -z "${LIANXIN_PG_DURABLE:-}" ]; then
  settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
fi

# Locale C sorts by bytes, as SQLite does.
cd "$home"
"${as_owner[@]}" "$bin/initdb" --pgdata "$home/data" --username postgres --auth trust \
  --encoding UTF8 --locale C --no-sync >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; fail "initdb failed."; }

# PostgreSQL cannot choose a free port itself: try a few.
port=
for _ in 1 2 3 4 5 6 7 8; do
  candidate=$((RANDOM % 16000 + 16000))
  if "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$home/data" --log "$home/log" -o "$settings -p $candidate" \
    --wait start >/dev/null 2>&1; then
    port=$candidate
    break
  fi
done
[ -n "$port" ] || { tail -n 20 "$home/log" >&2; fail "PostgreSQL would not start."; }
cd "$OLDPWD"

export LIANXIN_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
exit "$status"
