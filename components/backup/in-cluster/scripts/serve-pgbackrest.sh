#!/bin/bash
# Runs the TLS server of pgBackRest: next to the repository, where WAL is written, and next to Postgres, where backups read the files.
# It reads renewed certificates on SIGHUP.
set -euo pipefail

tls=${TLS_DIRECTORY:-/run/secrets/tls}
if [ "${1:-}" = repository ]; then
  # shellcheck source=repository-key.sh
  . "$(dirname "$0")/repository-key.sh"
fi
watch_certificates() {
  local seen now
  seen=$(readlink "$tls/..data")
  while sleep 30; do
    now=$(readlink "$tls/..data")
    if [ "$now" != "$seen" ] && kill -HUP $$; then seen=$now; fi
  done
}
[ ! -L "$tls/..data" ] || watch_certificates &
exec pgbackrest server
