#!/usr/bin/env bash
# Rolls the cluster back to the last good revision before the current one, or to the given revision.
#
#   rollback.sh --context <kubeconfig context>            asks before it changes anything
#   rollback.sh --context <kubeconfig context> --list     lists the revisions
#   rollback.sh --context <kubeconfig context> --to 3 --yes
#
# Exit codes: 0 rolled back, 1 the rollback failed, 2 usage error or nothing to roll back to, 3 kubectl or node is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
case " $* " in
*" --yes "* | *" --list "*) ;;
*)
  run_cli package rollback --list "$@"
  read -r -p "Roll back? Players on the current release are drained. [y/N] " answer
  case "$answer" in y | Y | yes) set -- "$@" --yes ;; *) fail 1 "Nothing was changed." ;; esac
  ;;
esac
run_cli package rollback "$@"
