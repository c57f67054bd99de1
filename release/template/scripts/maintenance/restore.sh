#!/usr/bin/env bash
# Restores a backup of backup.sh into the database of a deployed package, in one transaction.
#
#   restore.sh --context <kubeconfig context> <directory> --replace
#
# Everything in the database is replaced, so stop the game servers first:
#   kubectl -n spacetime scale deployment/game-server-main --replicas 0
# Exit codes: 0 restored, 1 the restore failed and the database is unchanged, 2 usage error, 3 kubectl is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
if [ $# -ne 4 ] || [ "$1" != --context ] || [ "$4" != --replace ]; then
  fail 2 "Usage: restore.sh --context <kubeconfig context> <directory> --replace"
fi
require_tool kubectl "Install kubectl, which reaches the database."
context=$2 directory=$3
[ -f "$directory/spacetime.dump" ] || fail 2 "$directory contains no spacetime.dump. Name a directory of backup.sh."
(cd "$directory" && sha256sum --check --status SHA256SUMS) || fail 1 "The backup is damaged: its checksum differs."
kubectl --context "$context" --namespace spacetime exec --stdin statefulset/postgres --container postgres -- \
  pg_restore --host=/var/run/postgresql --username=postgres --dbname=spacetime --clean --if-exists --exit-on-error --single-transaction \
  <"$directory/spacetime.dump" || fail 1 "The restore failed; the transaction was rolled back."
printf '%s is restored.\n' "$directory"
