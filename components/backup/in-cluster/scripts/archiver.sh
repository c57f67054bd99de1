#!/bin/bash
# Archives the WAL files that pgbackrest-archive-wal.sh requests. A file counts as archived only after it was read back from the repository and
# is equal to the original, so a repository that accepts everything and keeps nothing is noticed with the first file.
set -uo pipefail

spool=${WAL_SPOOL:-/var/spool/wal}
wal=${WAL_DIRECTORY:?the directory pg_wal}
scratch=${WAL_SCRATCH:-/tmp}
push_seconds=${WAL_PUSH_SECONDS:-60}
read_seconds=${WAL_READ_SECONDS:-20}

# The reason in front lets an operator, and an alert on logs, tell the ways of failing apart.
explain() {
  local code=$1 name=$2 output=$3
  if [ "$code" -eq 124 ]; then
    echo "archive-slow: $name was not archived within $push_seconds s"
  elif [[ $output == *"No space left on device"* || $output == *"Disk quota exceeded"* ]]; then
    echo "archive-full: the volume of the repository has no space for $name"
  else
    echo "archive-failed: $name: $(grep -m 1 -A 1 ERROR <<<"$output" | sed 's/^.*ERROR: *//' | tr '\n' ' ' | cut -c 1-400)"
  fi
}

archive() {
  local name=$1 copy=$scratch/readback output code
  [[ $name =~ ^([0-9A-F]{24}(\.[0-9A-F]{8}\.backup|\.partial)?|[0-9A-F]{8}\.history)$ ]] ||
    { echo "archive-failed: $name is not the name of a WAL file"; return; }
  output=$(timeout "$push_seconds" pgbackrest archive-push "$wal/$name" 2>&1)
  code=$?
  [ "$code" -eq 0 ] || { explain "$code" "$name" "$output"; return; }
  rm -f "$copy"
  output=$(timeout "$read_seconds" pgbackrest archive-get "$name" "$copy" 2>&1)
  code=$?
  if [ "$code" -eq 124 ]; then
    echo "archive-slow: $name could not be read back within $read_seconds s"
  elif [ "$code" -eq 0 ] && cmp -s "$copy" "$wal/$name"; then
    echo ok
  elif [ "$code" -le 1 ]; then
    echo "archive-keeps-nothing: $name was accepted, but the repository does not return the same file"
  else
    explain "$code" "$name" "$output"
  fi
  rm -f "$copy"
}

# A request that waited while this container was away is answered too; archiving a file twice does no harm.
echo "archiver: waiting for WAL files"
while :; do
  : >"$spool/.alive"
  for request in "$spool"/*.request; do
    [ -e "$request" ] || continue
    name=$(basename "$request" .request)
    rm -f "$request"
    answer=$(archive "$name")
    [ "$answer" = ok ] || echo "$answer"
    printf '%s\n' "$answer" >"$spool/.answer" && mv "$spool/.answer" "$spool/$name.answer"
  done
  sleep 0.05
done
