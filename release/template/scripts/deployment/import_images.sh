#!/usr/bin/env bash
# Copies every image of this package into a registry of the site, for clusters without access to other networks.
#
#   import_images.sh list                                   prints the images
#   import_images.sh save <directory>                       with access: saves each image as an OCI archive
#   import_images.sh load <directory> <registry>            in the site: pushes the archives to the registry
#
# The image of the game server is pushed from the package, if it contains it (binaries/spacetime-server.oci.tar).
#
# The nodes must then use the registry as a mirror (containerd: hosts.toml), so that the names in the manifests stay valid.
# Exit codes: 0 done, 1 an image could not be copied, 2 usage error, 3 skopeo is missing.
set -euo pipefail
# shellcheck source=SCRIPTDIR/../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

images=$package_root/kubernetes/images.txt
usage() {
  print_help "$0" >&2
  exit 2
}
require_skopeo() { require_tool skopeo "Install skopeo (Debian and Fedora package it), which copies images without a container engine."; }
# A file name for an image: a tag or digest contains colons, a name slashes.
archive_of() { printf '%s.tar' "$(printf '%s' "$1" | tr '/:@' '___')"; }

# Whether the package contains an image: the digest in its name is that of the archive.
packaged=$package_root/binaries/spacetime-server.oci.tar
packaged_digest() { [ ! -f "$packaged" ] || skopeo inspect --raw "oci-archive:$packaged" | sha256sum | cut -c1-64; }

case "${1:-}" in
-h | --help) print_help "$0" ;;
list) cat "$images" ;;
save)
  [ $# -eq 2 ] || usage
  require_skopeo
  mkdir -p "$2"
  digest=$(packaged_digest)
  while read -r image; do
    [ "${image##*@sha256:}" != "$digest" ] || continue
    skopeo copy --all "docker://$image" "oci-archive:$2/$(archive_of "$image")" || fail 1 "$image could not be saved."
  done <"$images"
  ;;
load)
  [ $# -eq 3 ] || usage
  require_skopeo
  digest=$(packaged_digest)
  while read -r image; do
    archive=$2/$(archive_of "$image")
    [ "${image##*@sha256:}" != "$digest" ] || archive=$packaged
    # The path without the registry; the tag or digest stays the same.
    skopeo copy --all --preserve-digests "oci-archive:$archive" "docker://$3/${image#*/}" || fail 1 "$image could not be pushed."
  done <"$images"
  ;;
*) usage ;;
esac
