#!/usr/bin/env bash
# Runs the ten smoke tests against the deployed game server.
#
#   smoke_test.sh https://play.example.org --token-file token --ca-file ca.crt
#
# Exit codes: 0 every test passed, 1 a test failed, 2 usage error, 3 a required tool is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../../scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli smoke "$@"
