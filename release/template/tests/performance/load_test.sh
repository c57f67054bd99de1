#!/usr/bin/env bash
# Runs a bounded load test against the deployed game server.
#
#   load_test.sh https://play.example.org --allow-remote --token-file token --duration 60
#
# Exit codes: 0 passed, 1 failed under load, 2 usage error.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli load "$@"
