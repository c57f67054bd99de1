#!/bin/bash
# Encrypts the snapshot into the repository, reads it back, and removes superfluous ones: kept are those of a day, the newest of each of
# 7 days and of each of 5 weeks.
set -euo pipefail

work=${WORK_DIRECTORY:-/work}
key_file=${BACKUP_KEY_FILE:-/run/secrets/backup/backup-encryption-key}
directory=${BACKUP_REPOSITORY:-/var/lib/pgbackrest}/redis
now=${NOW:-$(date -u +%s)}
[ -s "$key_file" ] || { echo "The encryption key $key_file is missing or empty." >&2; exit 1; }

mkdir -p "$directory"
rm -f "$directory"/.*.partial
name=$(date -u -d "@$now" +%Y%m%dT%H%M%SZ).rdb.enc
openssl enc -aes-256-cbc -pbkdf2 -pass "file:$key_file" -in "$work/dump.rdb" -out "$directory/.$name.partial"
sync "$directory/.$name.partial"
if ! openssl enc -d -aes-256-cbc -pbkdf2 -pass "file:$key_file" -in "$directory/.$name.partial" | cmp -s - "$work/dump.rdb"; then
  echo "backup-damaged: the repository does not return the snapshot that was written" >&2
  exit 1
fi
mv "$directory/.$name.partial" "$directory/$name"
echo "snapshot: $name, $(stat -c %s "$work/dump.rdb") bytes"

declare -A days=() weeks=()
for file in $(find "$directory" -maxdepth 1 -name '*.rdb.enc' -printf '%f\n' | sort -r); do
  at=$(date -u -d "${file:0:8} ${file:9:2}:${file:11:2}:${file:13:2}" +%s)
  day=$((at / 86400)) week=$(((at / 86400 + 3) / 7)) keep=no
  if [ $((now - at)) -lt 86400 ]; then keep=yes; fi
  if [ -z "${days[$day]:-}" ] && [ ${#days[@]} -lt 7 ]; then days[$day]=1 keep=yes; fi
  if [ -z "${weeks[$week]:-}" ] && [ ${#weeks[@]} -lt 5 ]; then weeks[$week]=1 keep=yes; fi
  if [ "$keep" = no ]; then
    rm -f "${directory:?}/$file"
    echo "removed: $file"
  fi
done
