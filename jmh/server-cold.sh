#!/usr/bin/env bash
#
# Pages back through cold streams: how many XREVRANGE … COUNT 50 a second Sheaf's server answers for
# streams of which nothing is in memory, and how many random reads the device serves at the same
# depth, by fio. Streams are drawn at random, so few are asked for twice.
#
#   jmh/server-cold.sh
#
#   STREAMS    streams, written in turns as conversations are    100000
#   ENTRIES    entries of each                                   60
#   BYTES      bytes of an entry, random letters                 150
#   REQUESTS   pages asked for                                   20000
#   WARM_UP    pages asked for before, of a quarter as many more  50000
#   CLIENTS    connections that ask at the same time             32
#   MEMORY     memory of Sheaf off the heap                      128m
#   DIR        an empty directory on the device to measure       a temporary one, removed at the end
#
# Drops the page cache, so it needs root. Needs redis-tools, fio, python3: apt-get install redis-tools
# fio python3.

set -euo pipefail

readonly STREAMS=${STREAMS:-100000}
readonly ENTRIES=${ENTRIES:-60}
readonly BYTES=${BYTES:-150}
readonly REQUESTS=${REQUESTS:-20000}
readonly WARM_UP=${WARM_UP:-50000}
readonly CLIENTS=${CLIENTS:-32}
readonly MEMORY=${MEMORY:-128m}
readonly PORT=${PORT:-7397}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT

fail() {
  printf 'server-cold: %s\n' "$1" >&2
  exit 1
}

for tool in redis-benchmark redis-cli fio python3; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install redis-tools fio python3"
done
[[ -w /proc/sys/vm/drop_caches ]] || fail "only root may drop the page cache"

own=''
if [[ -z ${DIR:-} ]]; then
  DIR=$(mktemp -d)
  own=$DIR
fi
mkdir -p "$DIR"
[[ -z $(find "$DIR" -type f -print -quit) ]] || fail "$DIR is not empty"

server=''
stop() {
  [[ -z $server ]] || { redis-cli -p "$PORT" shutdown >/dev/null 2>&1 && wait "$server"; } || true
  server=''
}
trap 'stop; [[ -z $own ]] || rm -rf "$own"' EXIT

start() {
  "$ROOT/sheaf" serve --config "$DIR/sheaf.conf" >>"$DIR/sheaf.log" 2>&1 &
  server=$!
  local tries
  for ((tries = 0; tries < 1200; tries++)); do
    [[ $(redis-cli -p "$PORT" ping 2>/dev/null || true) == PONG ]] && return
    kill -0 "$server" 2>/dev/null || fail "the server has ended: see $DIR/sheaf.log"
    sleep 0.1
  done
  fail "the server does not answer: see $DIR/sheaf.log"
}

"$ROOT/sheaf" --version >/dev/null # builds it, if need be
printf 'port %s\nstore %s\nmemory %s\n' "$PORT" "$DIR/store" "$MEMORY" >"$DIR/sheaf.conf"
start
python3 - "$STREAMS" "$ENTRIES" "$BYTES" <<'EOF' | redis-cli -p "$PORT" --pipe | tail -1
import random
import string
import sys

streams, entries, length = map(int, sys.argv[1:])
text = "".join(random.Random(1).choices(string.ascii_letters + "      ", k=1 << 20))
draw = random.Random(2)
order = list(range(streams + streams // 4))
for entry in range(1, entries + 1):
    draw.shuffle(order)
    for stream in order:
        at = draw.randrange(len(text) - length)
        sys.stdout.write(
            "*5\r\n$4\r\nXADD\r\n$14\r\n%s:%012d\r\n$%d\r\n%d-0\r\n$4\r\nbody\r\n$%d\r\n%s\r\n"
            % (
                "s" if stream < streams else "w",
                stream % streams,
                len(str(entry)) + 2,
                entry,
                length,
                text[at : at + length],
            )
        )
EOF
stop
sync
start
drop() { echo 3 >/proc/sys/vm/drop_caches; }
# pages NAME COUNT STREAMS: asks for so many pages of so many streams
pages() {
  redis-benchmark -p "$PORT" -c "$CLIENTS" -n "$2" -r "$3" --csv \
    xrevrange "$1:__rand_int__" + - COUNT 50 | tail -1
}
jvm=$(pgrep -P "$server" -f 'io.sheaf' || printf '%s' "$server")
ticks() { awk '{ print $14 + $15 }' "/proc/$jvm/stat"; }
# Waits until a twentieth of a core is busy at most, or four minutes.
rest() {
  local busy tries
  for ((tries = 0; tries < 60; tries++)); do
    busy=$(ticks)
    sleep 4
    (($(ticks) - busy > 20)) || break
  done
}
rest # merges that the load has left
drop
# What is measured is the store, not a program that was just started: other streams, as cold.
pages w "$WARM_UP" $((STREAMS / 4)) >/dev/null
rest # merges that those reads have paid for: streams that are read are in few runs
drop
read_bytes() { awk '/^read_bytes/ { print $2 }' "/proc/$jvm/io"; }
before=$(read_bytes)
busy=$(ticks)
answered=$(pages s "$REQUESTS" "$STREAMS")
busy=$(($(ticks) - busy))
after=$(read_bytes)
stop

fio_reads() {
  fio --name=reads --directory="$DIR" --size=2g --rw=randread --bs=16k --direct=1 --ioengine=libaio \
    --iodepth="$1" --runtime=10 --time_based --minimal | awk -F ';' '{ print $8 }'
}
printf '%s streams of %s entries of %s bytes, %s on disk\n' \
  "$STREAMS" "$ENTRIES" "$BYTES" "$(du -sh "$DIR/store" | cut -f1)"
awk -F '","' -v bytes=$((after - before)) -v requests="$REQUESTS" -v busy="$busy" \
  '{ printf "XREVRANGE COUNT 50: %.0f a second, median %s ms, 99 %% %s ms\n", $2, $5, $7
     printf "for each: %.0f bytes read from the device, %.0f µs of CPU\n",
       bytes / requests, busy * 1e4 / requests }' <<<"$answered"
for depth in 1 8 "$CLIENTS"; do
  printf 'device, 16 KB at random, %s at a time: %s reads a second\n' "$depth" "$(fio_reads "$depth")"
done
