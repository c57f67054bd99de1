#!/usr/bin/env bash
# Generates the secrets and certificates of a site as files with mode 0600, and the Secret objects for deploy.sh.
#
#   generate_secrets.sh <directory>
#   generate_secrets.sh <directory> --rotate       renews certificates that expire soon
#   generate_secrets.sh <directory> --domain <name>    for the Helm chart with another domain than the package's
#
# Existing values are kept. Keep the directory in a safe place: the next release needs the same values.
# Exit codes: 0 written, 1 a file cannot be written, 2 usage error or a value would be overwritten, 3 node is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli package secrets "$@"
