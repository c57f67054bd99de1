# shellcheck shell=bash
# Sourced by the scripts of the package: finds Node, keeps a log, and runs the package's command line.

package_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cli=$package_root/bin/spacetime-vr.mjs

# The first lines of comments of a script are its help.
print_help() { sed -n '2,/^[^#]/{ s/^# \{0,1\}//p }' "$1"; }

fail() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

require_node() {
  local version
  version=$(node --version 2>/dev/null) || fail 3 "node not found. Install Node 22.18 or newer; no npm package is needed."
  local major=${version#v}
  [ "${major%%.*}" -ge 22 ] || fail 3 "Node $version is too old. Install Node 22.18 or newer."
}

require_tool() {
  command -v "$1" >/dev/null || fail 3 "$1 not found. $2"
}

# Runs the package's command line. The output is shown and also appended to a log that only this user can read.
run_cli() {
  require_node
  local directory=${SPACETIME_VR_LOGS:-${XDG_STATE_HOME:-$HOME/.local/state}/spacetime-vr}
  mkdir -p "$directory"
  local log
  log=$directory/$(basename "$0" .sh).log
  (umask 077 && printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(basename "$0")" >>"$log")
  node "$cli" "$@" 2>&1 | tee -a "$log"
}
