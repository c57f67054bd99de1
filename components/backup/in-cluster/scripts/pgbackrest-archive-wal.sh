#!/bin/sh
# The archive_command of Postgres (pgBackRest wants its name in there): hands one file of pg_wal to the container "archiver" and waits for its answer, so that Postgres
# needs neither pgBackRest nor the encryption key. Every failure ends with code 1: Postgres does not count codes above 125.
#
# pgbackrest-archive-wal.sh <file name>
set -eu

name=$1
spool=${WAL_SPOOL:-/var/spool/wal}
limit=${WAL_ANSWER_SECONDS:-90}

rm -f "$spool/$name.answer"
: >"$spool/$name.request" || exit 1
deadline=$(($(date +%s) + limit))
while [ ! -e "$spool/$name.answer" ]; do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    rm -f "$spool/$name.request"
    echo "archive-slow: the archiver has not answered for $limit s, for $name" >&2
    exit 1
  fi
  sleep 0.05
done
answer=$(cat "$spool/$name.answer")
rm -f "$spool/$name.answer"
[ "$answer" = ok ] && exit 0
echo "$answer" >&2
exit 1
