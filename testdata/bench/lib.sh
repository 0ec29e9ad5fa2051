# What the scripts share: a folder of their own, the generator, one server at a
# time. Sourced by them, from the project's folder.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BENCH=$ROOT/testdata/bench
RINGFENCE=${RINGFENCE:-$ROOT/bin/ringfence}
SIP=127.0.0.1:${PORT:-25060} API=127.0.0.1:$((${PORT:-25060} + 1)) PROV=127.0.0.1:$((${PORT:-25060} + 2))
RTP=10000-59999 # released ports rest, so many calls a second need many
TOKEN=bench-token
ROUNDS=${ROUNDS:-3}
SECONDS_EACH=${SECONDS_EACH:-4}
SERVER=

RUN=$(mktemp -d /tmp/ringfence-bench.XXXXXX)
trap finish EXIT

finish() {
  server_stop
  if [[ -n ${KEEP:-} ]]; then echo "logs: $RUN"; else rm -rf "$RUN"; fi
}

stop() { echo "bench: $*" >&2; exit 1; }

# on CORE COMMAND...: on that core where there are several, so that server and
# generator do not take each other's time.
on() {
  local core=$1; shift
  if command -v taskset >/dev/null && (($(nproc) > 1)); then exec taskset -c "$core" "$@"; fi
  exec "$@"
}

loadgen() { (on 1 "$RUN/loadgen" "$@"); }

# server_start COMMAND...: on the first core; returns when it answers.
server_start() {
  (on 0 "$@") >>"$RUN/server.log" 2>&1 &
  SERVER=$!
  loadgen wait -server "$SIP" || { tail -n 5 "$RUN/server.log" >&2; stop "$1 did not start"; }
}

server_stop() {
  [[ -n $SERVER ]] || return 0
  kill "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
  SERVER=
}

# ringfence_start [FLAG...]: on a copy of the folder with the phones, so that none
# has bindings of an earlier measurement.
ringfence_start() {
  rm -rf "$RUN/data.now"
  cp -r "$RUN/data" "$RUN/data.now"
  ringfence_serve "$RUN/data.now" "$@"
}

ringfence_serve() {
  server_start "$RINGFENCE" serve --data "$1" --domain 127.0.0.1 --sip "udp://$SIP" --sip "tcp://$SIP" \
    --http "$API" --prov "$PROV" --rtp-ports "$RTP" --admin-token "$TOKEN" --api-rate 0 --log-level warn "${@:2}"
}

# phones N: makes N phones over the API; their accounts are then in $RUN/accounts.
phones() {
  ringfence_serve "$RUN/data"
  loadgen phones -n "$1" -api "http://$API" -token "$TOKEN" >"$RUN/accounts"
  server_stop
}

# kamailio_start CONFIGURATION [FLAG...]: one worker, the quick allocator, memory
# enough.
kamailio_start() {
  sed -e "s#@RUN@#$RUN#" -e "s#@SIP@#$SIP#" "$BENCH/$1" >"$RUN/$1"
  server_start kamailio -DD -E -f "$RUN/$1" -Y "$RUN" -m 1024 -M 16 -x fm -X fm "${@:2}"
}

# measure LABEL [FLAG...]: registrations at the server that runs.
measure() {
  loadgen register -server "$SIP" -accounts "$RUN/accounts" -d "${SECONDS_EACH}s" -pid "$SERVER" -label "$1" \
    -row "$RUN/rows" "${@:2}" >>"$RUN/results" || stop "$1: the measurement failed, $(grep -m 1 -e ^panic -e ERROR "$RUN/server.log" || tail -n 1 "$RUN/server.log")"
}

# calls COMMAND LABEL [FLAG...]: calls, held or rtp at the server that runs.
calls() {
  loadgen "$1" -server "$SIP" -accounts "$RUN/accounts" -pid "$SERVER" -label "$2" -row "$RUN/rows" "${@:3}" \
    >>"$RUN/results" || stop "$2: the measurement failed, $(tail -n 1 "$RUN/results"), $(grep -m 1 -e ^panic -e ERROR "$RUN/server.log" || tail -n 1 "$RUN/server.log")"
}

table() { loadgen table -row "$RUN/rows"; }

[[ -x $RINGFENCE ]] || stop "$RINGFENCE is missing: make build makes it"
ulimit -n "$(ulimit -Hn)"
(cd "$ROOT" && go build -o "$RUN/loadgen" ./internal/loadgen)
