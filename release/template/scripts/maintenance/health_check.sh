#!/usr/bin/env bash
# Runs the 34 system checks against the deployed game server and writes an HTML report.
#
#   health_check.sh https://play.example.org --token-file token --ca-file ca.crt --html health.html
#
# Exit codes: 0 every check passed, 1 a check failed, 2 usage error, 3 a required tool is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli health "$@"
