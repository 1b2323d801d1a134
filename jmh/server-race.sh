#!/usr/bin/env bash
#
# Sheaf's server beside Debian's redis-server, by redis-benchmark: SET, GET and XADD with 50
# connections and 16 requests at once, in turns on the loopback address, after a round that warms
# both up and fills them. Prints each figure, the medians and their ratio, above 1 where Sheaf is
# better.
#
#   jmh/server-race.sh [ROUNDS]
#
#   REQUESTS   requests of each test in each round         1000000
#   KEYS       keys that SET, GET and XADD draw from       1000000
#   BYTES      bytes of a value                            1024
#   MEMORY     memory of Sheaf off the heap                128m
#   DIR        an empty directory for both stores          a temporary one, removed at the end
#   TASKSET    prefix of both servers' command, such as 'taskset -c 0'
#
# Redis keeps everything in memory and appends to a file that is synced each second. Sheaf writes
# with durability 'written': keep KEYS * BYTES several times MEMORY, or it is no race.
# Needs redis-server and redis-tools: apt-get install redis-server redis-tools.

set -euo pipefail

readonly ROUNDS=${1:-3}
readonly REQUESTS=${REQUESTS:-1000000}
readonly KEYS=${KEYS:-1000000}
readonly BYTES=${BYTES:-1024}
readonly MEMORY=${MEMORY:-128m}
readonly SHEAF_PORT=${SHEAF_PORT:-7399}
readonly REDIS_PORT=${REDIS_PORT:-7398}
readonly TESTS=(SET GET XADD)
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT

fail() {
  printf 'server-race: %s\n' "$1" >&2
  exit 1
}

for tool in redis-server redis-benchmark redis-cli; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install redis-server redis-tools"
done
[[ $ROUNDS =~ ^[1-9][0-9]*$ ]] || fail "ROUNDS must be a number from 1 on, not '$ROUNDS'"

own=''
if [[ -z ${DIR:-} ]]; then
  DIR=$(mktemp -d)
  own=$DIR
fi
mkdir -p "$DIR/redis" "$DIR/sheaf"
[[ -z $(find "$DIR/redis" "$DIR/sheaf" -type f -print -quit) ]] || fail "$DIR is not empty"

pids=()
stop() {
  redis-cli -p "$SHEAF_PORT" shutdown >/dev/null 2>&1 || true
  redis-cli -p "$REDIS_PORT" shutdown nosave >/dev/null 2>&1 || true
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  [[ -z $own ]] || rm -rf "$own"
}
trap stop EXIT

# await PORT PID NAME: until it answers, two minutes at most.
await() {
  local tries
  for ((tries = 0; tries < 1200; tries++)); do
    [[ $(redis-cli -p "$1" ping 2>/dev/null || true) == PONG ]] && return
    kill -0 "$2" 2>/dev/null || fail "$3 has ended: see $DIR/$3.log"
    sleep 0.1
  done
  fail "$3 does not answer: see $DIR/$3.log"
}

"$ROOT/sheaf" --version >/dev/null # builds it, if need be
printf 'port %s\nstore %s\nmemory %s\nwrite-buffer %s\n' \
  "$SHEAF_PORT" "$DIR/sheaf/store" "$MEMORY" "${WRITE_BUFFER:-32m}" >"$DIR/sheaf.conf"
# shellcheck disable=SC2086 # TASKSET is a command and its options
${TASKSET:-} "$ROOT/sheaf" serve --config "$DIR/sheaf.conf" >"$DIR/sheaf.log" 2>&1 &
pids+=($!)
await "$SHEAF_PORT" "${pids[-1]}" sheaf
# shellcheck disable=SC2086
${TASKSET:-} redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --dir "$DIR/redis" --save '' \
  --appendonly yes --appendfsync everysec >"$DIR/redis.log" 2>&1 &
pids+=($!)
await "$REDIS_PORT" "${pids[-1]}" redis

# requests_a_second PORT TEST
requests_a_second() {
  local arguments
  case $2 in
    SET | GET) arguments=(-d "$BYTES" -t "${2,,}") ;;
    XADD)
      arguments=(xadd 'stream:__rand_int__' '*' body "$(head -c "$BYTES" /dev/zero | tr '\0' x)")
      ;;
  esac
  redis-benchmark -p "$1" -c 50 -P 16 -n "$REQUESTS" -r "$KEYS" --csv "${arguments[@]}" |
    awk -F '","' 'NR > 1 { sub(/^"/, "", $2); print $2; exit }'
}

median() {
  sort -n | awk '{ all[NR] = $1 } END { print NR % 2 ? all[(NR + 1) / 2] : (all[NR / 2] + all[NR / 2 + 1]) / 2 }'
}

printf '%s keys of %s bytes, %s requests a test, memory of Sheaf %s, %s rounds\n' \
  "$KEYS" "$BYTES" "$REQUESTS" "$MEMORY" "$ROUNDS"
declare -A figures=()
for ((round = 0; round <= ROUNDS; round++)); do
  for test in "${TESTS[@]}"; do
    # The one that begins changes, so that neither always finds the machine as the other left it.
    order=("sheaf $SHEAF_PORT" "redis $REDIS_PORT")
    ((round % 2)) || order=("redis $REDIS_PORT" "sheaf $SHEAF_PORT")
    for server in "${order[@]}"; do
      read -r name port <<<"$server"
      figure=$(requests_a_second "$port" "$test")
      [[ -n $figure ]] || fail "redis-benchmark said nothing of $test on $name"
      ((round == 0)) || figures[$test.$name]+="$figure"$'\n'
      printf 'round %s  %-4s  %-5s  %s requests/s\n' "$round" "$test" "$name" "$figure"
    done
  done
done

printf '\n| test | sheaf, median | redis, median | ratio |\n|---|---|---|---|\n'
for test in "${TESTS[@]}"; do
  sheaf=$(printf '%s' "${figures[$test.sheaf]}" | median)
  redis=$(printf '%s' "${figures[$test.redis]}" | median)
  awk -v test="$test" -v sheaf="$sheaf" -v redis="$redis" \
    'BEGIN { printf "| %s | %.0f | %.0f | %.2f |\n", test, sheaf, redis, sheaf / redis }'
done
printf '\nOn disk: sheaf %s, redis %s\n' \
  "$(du -sh "$DIR/sheaf" | cut -f1)" "$(du -sh "$DIR/redis" | cut -f1)"
