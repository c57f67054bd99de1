#!/usr/bin/env bash
# Makes the root file system of the images from Debian packages, as an uncompressed tar.
# Usage: root-filesystem.sh <suite> <comma-separated packages> <scratch directory> <output>
set -euo pipefail
suite=$1 packages=$2 scratch=$3 output=$4
mirror=http://deb.debian.org/debian
# An older debootstrap has no script of a newer suite; that of sid serves them all.
script=/usr/share/debootstrap/scripts/$suite
[ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid

debootstrap --variant=minbase --include="$packages" "$suite" "$scratch" "$mirror" "$script" >"$scratch.log" 2>&1 ||
  { tail -20 "$scratch.log" >&2; exit 1; }
rm -rf "$scratch"/var/{cache/apt,lib/apt/lists,log}/* "$scratch"/usr/share/{doc,man,locale,info}/* "$scratch"/etc/machine-id
rm -rf "$scratch"/var/lib/{postgresql,redis,prometheus}/*
# Postgres needs a name for its user, which has this number in the official image.
sed -i -E '/^[^:]+:x:999:/d; s/^(postgres:x):[0-9]+(:[0-9]+)?/\1:999\2/' "$scratch/etc/passwd" "$scratch/etc/group"
tar -C "$scratch" --sort=name --numeric-owner --mtime=@0 -cf "$output" --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' .
