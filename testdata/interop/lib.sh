# What the scenarios share: the server, its REST API, waiting, sipp.
# Sourced by run.sh and by each file in scenarios/. WORK is the folder of this
# run; everything that is written goes there.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RINGFENCE=${RINGFENCE:-$HERE/../../bin/ringfence}
TOKEN=${TOKEN:-interop-token}
DOMAIN=ringfence.test
SOFTPHONE=000000000000000000070002 # the model of a phone that is set up by hand

source "$HERE/ladder.sh"
source "$HERE/baresip.sh"

# What a scenario started ends with it, however it ends.
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

fail() { echo "FAILED: $*" >&2; exit 1; }

# until_true SECONDS COMMAND...: polls until the command succeeds.
until_true() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    ((SECONDS < end)) || fail "did not come true: $*"
    sleep 0.05
  done
}

# equal WHAT GOT WANT
equal() { [[ $2 == "$3" ]] || fail "$1 is \"$2\", want \"$3\""; echo "$1 is $3"; }

# next_port: a port of this machine below the ephemeral ones, each once a run,
# even, so that the one after it can serve as RTCP or control port.
next_port() { flock "$WORK/port" sh -c 'port=$(($(cat "$1") + 2)); echo "$port" | tee "$1"' _ "$WORK/port"; }

# udp_bound PORT: somebody listens there.
udp_bound() { grep -qiE ":$(printf %04X "$1") 0+:0000" /proc/net/udp /proc/net/udp6; }

# ---- the server

# server_at BASE: where the server of this scenario is: SIP on BASE, the API on
# BASE+1, provisioning on BASE+2.
server_at() { SIP=127.0.0.1:$1 API=http://127.0.0.1:$(($1 + 1)) PROV=127.0.0.1:$(($1 + 2)); }

# server_start FOLDER RTP-PORTS [FLAG...]: serves from FOLDER, returns when it is
# ready. Sets SERVER to its process id.
server_start() {
  mkdir -p "$1"
  RINGFENCE_ADMIN_TOKEN=$TOKEN "$RINGFENCE" serve --data "$1/data" --domain "$DOMAIN" \
    --sip "udp://$SIP" --sip "tcp://$SIP" --http "${API#http://}" --prov "$PROV" \
    --rtp-ports "$2" "${@:3}" >>"$1/server.log" 2>&1 &
  SERVER=$!
  until_true 10 server_ready
}

server_ready() {
  kill -0 "$SERVER" 2>/dev/null || fail "the server has ended, see $WORK"
  curl -fsS -o /dev/null "$API/readyz" 2>/dev/null
}

# server_stop: SIGTERM; its status is the server's.
server_stop() { kill -TERM "$SERVER" && wait "$SERVER"; }

# ---- the REST API

# api METHOD PATH [JSON]: the answer; anything but 200 fails with it.
api() {
  local out
  out=$(curl -sS -w '\n%{http_code}' -X "$1" "$API$2" -H "Authorization: Bearer $TOKEN" ${3:+-d "$3"})
  [[ ${out##*$'\n'} == 200 ]] || fail "$1 $2 ${3:-}: $out"
  echo "${out%$'\n'*}"
}

# new_customer: the id of a customer of its own, so that scenarios do not meet.
new_customer() { api POST /customer '{"name":"Interop"}' | jq -r ._id; }

# new_extension NUMBER NAME: its id. CUSTOMER says whose.
new_extension() {
  api POST /pbx/extension "{\"customer\":\"$CUSTOMER\",\"number\":\"$1\",\"name\":\"$2\"}" | jq -r ._id
}

# new_phone EXTENSION [FENCE]: the JSON of a phone of that extension ("" for
# none). FENCE is the property ip; without it the phone is locked to 127.0.0.1.
new_phone() {
  local fence=${2:-'{"mode":"LOCKED","address":"127.0.0.1"}'} extension=null
  [[ -z $1 ]] || extension="\"$1\""
  api POST /pbx/sipphone "{\"customer\":\"$CUSTOMER\",\"sipPhoneModel\":\"$SOFTPHONE\",\"extension\":$extension,\"ip\":$fence}"
}

# of JSON FILTER: one value of it.
of() { jq -r "$2" <<<"$1"; }

# phone_is PHONE FILTER WANT: what the API says of the phone now.
phone_is() {
  equal "phone $2" "$(api GET "/pbx/sipphone/$(of "$1" ._id)" | jq -r "$2")" "$3"
}

online() { [[ $(api GET "/pbx/sipphone/$(of "$1" ._id)" | jq -r .status.online) == true ]]; }

# cdr: the customer's only call record, once it is written.
cdr() {
  until_true 5 cdr_written
  api GET "/pbx/cdr?customer=$CUSTOMER&full=true" | jq .cdrs[0]
}

cdr_written() { [[ $(api GET "/pbx/cdr?customer=$CUSTOMER" | jq .total) == 1 ]]; }

# cdr_is REASON BY CODE: how the customer's only call ended.
cdr_is() {
  equal "call record" "$(cdr | jq -r '[.terminatedReason, .terminatedBy, .sipCode] | join(" ")')" "$*"
}

# records N FILTER WANT: of the customer's N call records, in the order of their calls.
records() {
  until_true 5 records_written "$1"
  equal "call records" "$(api GET "/pbx/cdr?customer=$CUSTOMER&full=true" | jq -r ".cdrs | sort_by(._id) | map($2) | join(\", \")")" "$3"
}

records_written() { [[ $(api GET "/pbx/cdr?customer=$CUSTOMER" | jq .total) == "$1" ]]; }

# live FILTER: of the customer's calls as they are now, the latest first.
live() { api GET "/pbx/calls?customer=$CUSTOMER" | jq -r ".calls | $1"; }

live_is() { [[ $(live "$1") == "$2" ]]; }

# calls_are STATES: of all of them, the latest first.
calls_are() { until_true 10 live_is 'map(.state) | join(" ")' "$1"; }

# no_calls: nothing is left of them.
no_calls() { until_true 5 live_is length 0; }

# ---- sipp

# sipp_run NAME XML PHONE [OPTION...]: plays a scenario of sipp/, or a function
# that says one in the words of ladder.sh, as the phone until it has ended; fails
# when one of its calls does. What it sent and got is then in $OUT/NAME/messages.
# ALGORITHM, EXPIRES and FINAL (the last answer that is expected) change what is
# written there.
sipp_run() {
  sipp_prepare "$@"
  (sipp_play "$@") || fail "sipp $1 ($2): status $?, $(sipp_errors "$1")"
  echo "sipp $1 ($2) went as written"
}

# sipp_start: the same in the background; sipp_end NAME waits for it.
sipp_start() {
  sipp_prepare "$@"
  sipp_play "$@" &
  eval "SIPP_$1=$!"
}

sipp_end() {
  local pid=SIPP_$1
  wait "${!pid}" || fail "sipp $1: status $?, $(sipp_errors "$1")"
  echo "sipp $1 went as written"
}

# sipp_prepare: the scenario, the credentials of the phone (or of several, one
# JSON after the other) as sipp's injection file, and the pipes through which
# answer.sh hands over its answer to a challenge.
sipp_prepare() {
  local dir=$OUT/$1
  mkdir -p "$dir"
  rm -f "$dir"/*
  mkfifo "$dir"/answer{1..200} "$dir/cue" # a pipe for each call: two may be answered at once
  if [[ $(type -t "$2") == function ]]; then
    script "$2" >"$dir/$2"
  else
    sed "s/\"FINAL\"/\"${FINAL:-200}\"/" "$HERE/sipp/$2" >"$dir/$2"
  fi
  { echo SEQUENTIAL; jq -r '"\(.username);\(.password);[authentication username=\(.username) password=\(.password)]"' <<<"$3"; } >"$dir/phones.csv"
}

# sipp_play is sipp itself: it does not return.
sipp_play() {
  cd "$OUT/$1"
  exec timeout -k 1 90 sipp -sf "$2" -inf phones.csv -i 127.0.0.1 -bind_local -m 1 \
    -key domain "$DOMAIN" -key answer "$HERE/answer.sh" \
    -key algorithm "${ALGORITHM:-MD5}" -key expires "${EXPIRES:-600}" \
    -default_behaviors abortunexp,pingreply -recv_timeout 10s -timeout "${SIPP_TIMEOUT:-25s}" -timeout_error \
    -nostdin -trace_msg -message_file messages -trace_err -error_file errors \
    "${@:4}" "$SIP" >screen 2>&1
}

# sipp_errors NAME: what went wrong, in one line.
sipp_errors() { tail -c 600 "$OUT/$1/errors" 2>/dev/null | tr -s '\r\n' '  ' || true; }

# received NAME: the last message that sipp NAME got.
received() { tac "$OUT/$1/messages" | sed '/message received/q' | tac | tr -d '\r'; }

# contacts NAME: how many Contact headers that message has.
contacts() { received "$1" | grep -c '^Contact:' || true; }

# register NAME PHONE PORT [OPTION...]: registers the phone from that port.
register() { sipp_run "$1" register.xml "$2" -p "$3" "${@:4}"; }

# pickup NAME XML PHONE PORT [OPTION...]: waits for calls to the phone there.
pickup() {
  sipp_start "$1" "$2" "$3" -p "$4" "${@:5}"
  until_true 5 udp_bound "$4"
}

# third_phone: carl (202 Carl) of the same customer, registered at CARL_PORT.
third_phone() {
  carl=$(new_phone "$(new_extension 202 Carl)")
  CARL_PORT=$(next_port)
  register carl_registers "$carl" "$CARL_PORT"
}

# extension_of PHONE: its id.
extension_of() { of "$1" '.extension | if type == "object" then ._id else . end'; }

# set_extension PHONE JSON: changes the phone's extension.
set_extension() { api POST "/pbx/extension/$(extension_of "$1")" "$2" >/dev/null; }

# two_phones: the phones anna (200 Anna) and bent (201 Bent) of a customer of
# their own; bent is registered at BENT_PORT.
two_phones() {
  CUSTOMER=$(new_customer)
  anna=$(new_phone "$(new_extension 200 Anna)")
  bent=$(new_phone "$(new_extension 201 Bent)")
  BENT_PORT=$(next_port)
  register bent_registers "$bent" "$BENT_PORT"
}

# dial NAME XML NUMBER [OPTION...]: anna dials the number.
dial() { sipp_run "$1" "$2" "$anna" -key dialled "$3" "${@:4}"; }
