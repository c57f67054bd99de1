#!/bin/sh
# Fetches a snapshot of Redis as a replica does, without a file on the server, and checks it.
set -eu

work=${WORK_DIRECTORY:-/work}
password_file=${REDIS_PASSWORD_FILE:-/run/secrets/backup/redis-password}
REDISCLI_AUTH=$(cat "$password_file")
export REDISCLI_AUTH
redis-cli --no-auth-warning --tls --cacert "${TLS_CA_FILE:-/run/secrets/tls/ca.crt}" \
  -h "${REDIS_HOST:?}" -p "${REDIS_PORT:?}" --rdb "$work/dump.rdb"
# redis-cli ends with 0 if the server closes the connection in the middle; the check reads the file to its checksum.
redis-check-rdb "$work/dump.rdb"
