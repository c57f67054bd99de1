#!/usr/bin/env bash
# Deploys this package to a cluster, or upgrades the one that is deployed. Running it again after an interruption completes the deployment.
#
#   deploy.sh production --context <kubeconfig context> --secrets <directory>
#   deploy.sh staging --context <kubeconfig context> --secrets <directory> --url https://play.example.org --ca-file ca.crt
#
# The secrets directory contains the filled-in Secret objects. With --url the ten post-deployment checks run afterwards.
# Exit codes: 0 deployed, 1 the deployment or a check failed, 2 usage or configuration error, 3 kubectl or node is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

case "${1:-}" in -h | --help) print_help "$0" && exit 0 ;; esac
run_cli package deploy "$@"
