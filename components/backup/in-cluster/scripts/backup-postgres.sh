#!/bin/bash
# Takes the base backup that is due: a full one per week, a differential one per day. It runs every hour, so a failed backup is repeated
# soon, and the first one does not wait for a night. After a backup, every file of the repository is read and compared.
set -euo pipefail

# shellcheck source=repository-key.sh
. "$(dirname "$0")/repository-key.sh"
full_hours=$((7 * 24 - 1))
diff_hours=23

pgbackrest --log-level-console=warn stanza-create
labels=$(pgbackrest info --output=text | sed -nE 's/^ +(full|diff) backup: ([0-9FDI_-]+)$/\2/p')

# The label ends with the UTC time of the backup, such as 20261128-021700F or …_20261129-021700D.
hours_since() {
  local label=$1 time
  [ -n "$label" ] || { echo 1000000; return; }
  time=$(grep -oE '[0-9]{8}-[0-9]{6}[FD]$' <<<"$label")
  echo $((($(date -u +%s) - $(date -u -d "${time:0:8} ${time:9:2}:${time:11:2}:${time:13:2}" +%s)) / 3600))
}
newest=$(tail -n 1 <<<"$labels")
newest_full=$(grep -E '^[0-9-]+F$' <<<"$labels" | tail -n 1 || true)
if [ "${1:-}" = --full ] || [ "$(hours_since "$newest_full")" -ge "$full_hours" ]; then
  type='full'
elif [ "$(hours_since "$newest")" -ge "$diff_hours" ]; then
  type='diff'
else
  echo "backup: $newest is recent enough"
  exit 0
fi
echo "backup: $type"
pgbackrest --log-level-console=info --type="$type" backup
# `verify` of pgBackRest reports problems in its output and ends with 0 in older versions.
report=$(pgbackrest --log-level-console=warn --output=text --verbose verify)
echo "$report"
if ! grep -q 'status: ok' <<<"$report" || grep -qE '(missing|checksum invalid|size invalid|other): [1-9]' <<<"$report"; then
  echo "backup-damaged: the repository has missing or changed files" >&2
  exit 1
fi
