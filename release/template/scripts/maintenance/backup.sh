#!/usr/bin/env bash
# Saves the game server's database of a deployed package into a new directory that only this user can read.
#
#   backup.sh --context <kubeconfig context> <directory>
#
# The dump is encrypted data of players: keep it like a secret. The data keys are not in it; without the Secrets of the
# deployment it cannot be read. Exit codes: 0 saved, 1 the dump failed, 2 usage error, 3 kubectl is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
if [ $# -ne 3 ] || [ "$1" != --context ]; then
  fail 2 "Usage: backup.sh --context <kubeconfig context> <directory>"
fi
require_tool kubectl "Install kubectl, which reaches the database."
context=$2 directory=$3
[ ! -e "$directory" ] || fail 2 "$directory exists. Name a new directory: a backup is never overwritten."
umask 077
mkdir -p "$directory.partial"
trap 'rm -rf "$directory.partial"' EXIT
kubectl --context "$context" --namespace spacetime exec statefulset/postgres --container postgres -- \
  pg_dump --format=custom --host=/var/run/postgresql --username=postgres spacetime >"$directory.partial/spacetime.dump" ||
  fail 1 "The database could not be dumped; see the message of pg_dump or kubectl above."
[ -s "$directory.partial/spacetime.dump" ] || fail 1 "The dump is empty."
(cd "$directory.partial" && sha256sum spacetime.dump >SHA256SUMS)
mv "$directory.partial" "$directory"
printf '%s: %s bytes\n' "$directory/spacetime.dump" "$(wc -c <"$directory/spacetime.dump")"
