#!/bin/sh
# Second step of the restore drill: a Redis without network loads the restored snapshot and counts its keys.
set -u

work=${WORK_DIRECTORY:-/work}
if [ ! -e "$work/redis/dump.rdb" ] || [ -e "$work/failure" ]; then exit 0; fi
socket=$work/redis/socket
redis-server --port 0 --unixsocket "$socket" --dir "$work/redis" --appendonly no --save '' >"$work/redis/log" 2>&1 &
server=$!
seconds=0
until [ "$(redis-cli -s "$socket" ping 2>/dev/null)" = PONG ]; do
  seconds=$((seconds + 1))
  if [ "$seconds" -ge 300 ] || ! kill -0 "$server" 2>/dev/null; then
    tail -n 5 "$work/redis/log" >&2
    echo "Redis does not load the snapshot" >"$work/failure"
    exit 0
  fi
  sleep 1
done
redis-cli -s "$socket" dbsize >"$work/redis-keys"
redis-cli -s "$socket" shutdown nosave
wait "$server"
echo "drill: Redis loaded $(cat "$work/redis-keys") keys"
