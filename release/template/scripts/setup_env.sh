#!/usr/bin/env bash
# Creates the .env file of a game server that runs without Kubernetes, from the template of an environment.
#
#   setup_env.sh production .env
#
# The file has mode 0600, and the variables that still need a value are listed. An existing file is only checked, not replaced.
# Exit codes: 0 complete, 1 variables are empty, 2 usage error, 3 node is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli package env "$@"
