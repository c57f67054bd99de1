#!/usr/bin/env bash
# Makes the root file system of the images from Debian packages, as an uncompressed tar.
# Usage: root-filesystem.sh <suite> <comma-separated packages> <output>
set -euo pipefail
suite=$1 packages=$2 output=$3

options=(--quiet --format=tar --variant=minbase "--include=$packages")
# A mirror that stands still serves an index whose validity has passed; its signature is checked all the same.
options+=('--aptopt=Acquire::Check-Valid-Until "false"')
options+=("--dpkgopt=path-exclude=/usr/share/doc/*" "--dpkgopt=path-exclude=/usr/share/man/*" "--dpkgopt=path-exclude=/usr/share/locale/*")
# The hooks run with the directory of the file system as their first argument. Data directories are empty, as in the original images, and
# Postgres' user has the number that it has in the official image.
# shellcheck disable=SC2016
options+=('--customize-hook=rm -rf "$1"/var/lib/postgresql/* "$1"/var/lib/redis/* "$1"/var/lib/prometheus/*')
# shellcheck disable=SC2016
options+=('--customize-hook=sed -i -E "/^[^:]+:x:999:/d; s/^(postgres:x):[0-9]+(:[0-9]+)?/\1:999\2/" "$1/etc/passwd" "$1/etc/group"')

mmdebstrap "${options[@]}" "$suite" "$output" http://deb.debian.org/debian
