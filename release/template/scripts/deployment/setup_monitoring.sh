#!/usr/bin/env bash
# Waits until the monitoring of a deployed package is available. deploy.sh deploys it together with the game server.
#
#   setup_monitoring.sh --context <kubeconfig context>
#
# To open Grafana: kubectl -n spacetime-monitoring port-forward service/grafana 3000
# Exit codes: 0 available, 1 not available in time, 2 usage error, 3 kubectl or node is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli package status --wait --namespace spacetime-monitoring "$@"
