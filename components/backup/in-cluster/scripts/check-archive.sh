#!/bin/bash
# Proves that WAL reaches the repository: switches to a new segment and waits until it is archived, then looks for gaps. On a database
# without writes this also keeps the age of the newest segment below the RPO.
set -euo pipefail

# shellcheck source=repository-key.sh
. "$(dirname "$0")/repository-key.sh"
repository=${BACKUP_REPOSITORY:-/var/lib/pgbackrest}

# Does nothing if the repository is of this database already.
pgbackrest --log-level-console=warn stanza-create
pgbackrest --log-level-console=warn check
echo "archive: a new segment was archived"

# Prints the segment after a segment of 16 MiB: 256 of them have the same middle part.
next_segment() {
  local timeline=${1:0:8} high=$((16#${1:8:8})) low=$((16#${1:16:8}))
  low=$((low + 1))
  if [ "$low" -gt 255 ]; then low=0 high=$((high + 1)); fi
  printf '%s%08X%08X' "$timeline" "$high" "$low"
}

# Newest archive only: the one of the current version of Postgres.
archive=$(find "$repository/archive/${PGBACKREST_STANZA:?}" -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
segments=$(find "$archive" -type f -printf '%f\n' | grep -oE '^[0-9A-F]{24}-' | tr -d - | sort -u || true)
# Restores begin with a base backup, so a gap before the newest one only shortens how far back a restore can go.
start=$(pgbackrest info --output=text | sed -nE 's|^ +wal start/stop: ([0-9A-F]{24}) / .*$|\1|p' | tail -n 1)
expected='' gaps='' old=''
for segment in $segments; do
  if [ -n "$expected" ] && [ "${expected:0:8}" = "${segment:0:8}" ] && [ "$expected" != "$segment" ]; then
    if [[ -n $start && $expected < $start ]]; then old+=" $expected"; else gaps+=" $expected"; fi
  fi
  expected=$(next_segment "$segment")
done
[ -z "$old" ] || echo "archive: a restore to a time before the newest base backup ends at the gap$old"
if [ -n "$gaps" ]; then
  echo "archive-gap: the repository has later segments, but not${gaps}: no restore can go past it; a new base backup (backup-postgres.sh --full) closes it" >&2
  exit 1
fi
echo "archive: $(wc -w <<<"$segments") segments"
