#!/usr/bin/env bash
# What the official image of Postgres does at its first start, for Debian's package: a new database directory with the administrator's
# password and one database.
set -euo pipefail
export PATH=/usr/lib/postgresql/18/bin:$PATH
[ "${1:-}" = postgres ] || exec "$@"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA" && chmod 700 "$PGDATA"
  read -ra arguments <<<"${POSTGRES_INITDB_ARGS:-}"
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" --pgdata="$PGDATA" "${arguments[@]}" >/dev/null
  # The server of the first start has no network, and its own configuration.
  pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses='' -c unix_socket_directories=/tmp" --wait start >/dev/null
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") psql --quiet --no-psqlrc --host=/tmp --username=postgres \
    --command="CREATE DATABASE \"$POSTGRES_DB\""
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop >/dev/null
fi
exec "$@"
