#!/bin/bash
# Sourced by the scripts that open the repository: puts the encryption key into a file in memory that pgBackRest includes, so that
# it is neither in the environment nor in an argument.
key_file=${BACKUP_KEY_FILE:-/run/secrets/backup/backup-encryption-key}
[ -s "$key_file" ] || { echo "The encryption key $key_file is missing or empty." >&2; exit 1; }
(
  umask 077
  printf '[global]\nrepo1-cipher-pass=%s\n' "$(cat "$key_file")" >"${PGBACKREST_CONFIG_INCLUDE_PATH:?}/key.conf"
)
