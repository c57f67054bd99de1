#!/bin/bash
# First step of the restore drill: restores the newest base backup, all WAL after it and the newest snapshot of Redis from the
# repository and the key alone. A failure is written down for the last step, which records it.
set -uo pipefail

work=${WORK_DIRECTORY:-/work}
repository=${BACKUP_REPOSITORY:-/var/lib/pgbackrest}
key_file=${BACKUP_KEY_FILE:-/run/secrets/backup/backup-encryption-key}

# What pgBackRest could not decrypt is in its output, so only printable characters are kept.
last_error() {
  tr -cd '\n\040-\176' <<<"$1" | grep ERROR | tail -n 1 | sed 's/^.*ERROR: *//' | cut -c 1-300
}

fail() {
  echo "drill: $1" >&2
  printf '%s\n' "$1" >"$work/failure"
  exit 0
}

rm -rf "${work:?}"/*
mkdir -m 700 "$work/data" && mkdir "$work/wal" || exit 1
date -u +%s >"$work/started"
# shellcheck source=repository-key.sh
. "$(dirname "$0")/repository-key.sh"

# Every change before the newest archived segment is in the repository, so its age is what a loss of the volume would cost now.
newest=$(find "$repository/archive" -type f -regextype posix-extended -regex '.*/[0-9A-F]{24}-[0-9a-f]{40}(\.[a-z0-9]+)?' \
  -printf '%T@ %f\n' | sort -n | tail -n 1)
[ -n "$newest" ] || fail "the repository has no WAL"
echo $(($(date -u +%s) - ${newest%%.*})) >"$work/rpo-seconds"

output=$(pgbackrest --log-level-console=warn --pg1-path="$work/data" restore 2>&1) || fail "the base backup cannot be restored: $(last_error "$output")"
first=$(sed -nE 's/^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)$/\1/p' "$work/data/backup_label")
[ -n "$first" ] || fail "the base backup has no backup_label"
pgbackrest info --output=text | sed -nE 's/^ +(full|diff) backup: ([0-9FDI_-]+)$/\2/p' | tail -n 1 >"$work/label"

for name in $(find "$repository/archive" -type f -printf '%f\n' |
  sed -nE 's/^([0-9A-F]{24})-[0-9a-f]{40}.*$/\1/p; s/^([0-9A-F]{8}\.history).*$/\1/p' | sort -u); do
  # Segments of every timeline count; their position is behind the timeline.
  if [[ $name != *.history && ${name:8} < ${first:8} ]]; then continue; fi
  output=$(pgbackrest --log-level-console=warn --pg1-path="$work/data" archive-get "$name" "$work/wal/$name" 2>&1) ||
    fail "$name cannot be read: $(last_error "$output")"
  # The checks of the archive end segments early, so most of a segment is zeros.
  gzip -1 "$work/wal/$name"
done
find "$work/wal" -type f | wc -l >"$work/wal-files"

snapshot=$(find "$repository/redis" -maxdepth 1 -name '*.rdb.enc' -printf '%f\n' 2>/dev/null | sort | tail -n 1)
if [ -n "$snapshot" ]; then
  mkdir "$work/redis"
  openssl enc -d -aes-256-cbc -pbkdf2 -pass "file:$key_file" -in "$repository/redis/$snapshot" -out "$work/redis/dump.rdb" ||
    fail "the snapshot $snapshot cannot be decrypted"
  echo "$snapshot" >"$work/snapshot"
fi
echo "drill: restored $(cat "$work/label"), $(cat "$work/wal-files") WAL files, snapshot ${snapshot:-none}"
