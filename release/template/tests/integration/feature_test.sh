#!/usr/bin/env bash
# Exercises the eight features of the deployed game server as a player would.
#
#   feature_test.sh https://play.example.org --token-file token --ca-file ca.crt
#
# Exit codes: 0 every feature works, 1 one does not, 2 usage error, 3 a required tool is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli features "$@"
