#!/bin/bash
# Last step of the restore drill: Postgres replays the WAL, every table is read and every page checked, and the results are written as
# drill records (docs/checklist.md) to the repository and to the log.
set -uo pipefail

work=${WORK_DIRECTORY:-/work}
repository=${BACKUP_REPOSITORY:-/var/lib/pgbackrest}
database=${PGDATABASE:?}
rto_limit=${RTO_SECONDS:-3600} rpo_limit=${RPO_SECONDS:-300}
export PGHOST=$work/socket PGUSER=postgres
checks=() passed=true

# The details come from programs, so what JSON does not allow in a string is removed.
check() {
  local detail
  detail=$(tr -d '\000-\037"\134' <<<"$3" | cut -c 1-300)
  checks+=("$(printf '{"name":"%s","passed":%s,"detail":"%s"}' "$1" "$2" "$detail")")
  [ "$2" = true ] || passed=false
}

replay() {
  mkdir -p "$PGHOST"
  printf 'local all all trust\n' >"$work/pg_hba.conf"
  # Options of the command line take precedence over the files in the restored directory.
  postgres -D "$work/data" -c listen_addresses= -c unix_socket_directories="$PGHOST" -c hba_file="$work/pg_hba.conf" \
    -c ssl=off -c archive_mode=off -c logging_collector=off -c restore_command="gunzip -c $work/wal/%f.gz >%p" >"$work/postgres.log" 2>&1 &
  server=$!
  until [ "$(psql -qAt -d postgres -c 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    if ! kill -0 "$server" 2>/dev/null; then
      grep -E 'FATAL|PANIC|ERROR' "$work/postgres.log" | tail -n 1
      return 1
    fi
    sleep 0.5
  done
}

read_everything() {
  pg_dump -d "$database" >/dev/null && psql -qAt -d "$database" -c "
    SELECT string_agg(format('%s: %s', c.oid::regclass, (xpath('/row/n/text()',
      query_to_xml(format('SELECT count(*) AS n FROM %s', c.oid::regclass), false, true, '')))[1]), ', ' ORDER BY c.relname)
    FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
}

started=$(cat "$work/started" 2>/dev/null || date -u +%s)
keys='' rto=''
if [ -e "$work/failure" ]; then
  check "the backup was restored" false "$(cat "$work/failure")"
elif ! reason=$(replay); then
  check "the WAL was replayed" false "$reason"
else
  rto=$(($(date -u +%s) - started))
  check "the backup was restored and its WAL replayed" true "$(cat "$work/label"), $(cat "$work/wal-files") WAL files"
  if tables=$(read_everything 2>&1); then check "all tables can be read" true "$tables"; else check "all tables can be read" false "$tables"; fi
  pg_ctl -D "$work/data" -m fast -w stop >/dev/null
  if pages=$(pg_checksums --check -D "$work/data" 2>&1); then
    check "the checksums of all pages are correct" true "$(grep -i blocks <<<"$pages" | tr '\n' ' ')"
  else
    check "the checksums of all pages are correct" false "$pages"
  fi
  check "the restore took at most $rto_limit s" "$([ "$rto" -le "$rto_limit" ] && echo true || echo false)" "$rto s"
  rpo=$(cat "$work/rpo-seconds")
  check "the newest archived change is at most $rpo_limit s old" "$([ "$rpo" -le "$rpo_limit" ] && echo true || echo false)" "$rpo s"
fi

# record <drill> <measured>
record() {
  local name finished file
  finished=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  name=$(date -u -d "@$started" +%Y-%m-%dT%H-%M-%S)-$1.json
  file=$repository/drills/$name
  mkdir -p "$repository/drills"
  printf '{"version":1,"drill":"%s","environment":"%s","startedAt":"%s","finishedAt":"%s","operator":"CronJob restore-drill","result":"%s","measured":{%s},"checks":[%s],"subject":{"kind":"restore-point","id":"%s"}}\n' \
    "$1" "${ENVIRONMENT:?}" "$(date -u -d "@$started" +%Y-%m-%dT%H:%M:%SZ)" "$finished" \
    "$([ "$passed" = true ] && echo pass || echo fail)" "$2" "$(IFS=,; echo "${checks[*]}")" \
    "$(tr -d '\000-\037"\134' 2>/dev/null <"$work/label" || true)" | sed 's/"id":""/"id":"none"/' >"$file.partial"
  mv "$file.partial" "$file"
  cat "$file"
}
record database-restore "${rto:+\"rtoSeconds\":$rto,\"rpoSeconds\":$rpo}"
outcome=$passed
if [ -e "$work/redis-keys" ] && [ -n "$rto" ]; then
  checks=() passed=true keys=$(cat "$work/redis-keys")
  check "Redis loads the restored snapshot" true "$(cat "$work/snapshot"): $keys keys"
  record redis-restore "\"rtoSeconds\":$rto,\"restoredKeys\":$keys"
fi
[ "$outcome" = true ]
