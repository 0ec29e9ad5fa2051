# Two baresips register, one over UDP and one over TCP. Anna (440 Hz) calls Bent
# (660 Hz); each records what it hears, which must be the other's tone and not
# its own. Anna holds and resumes, Bent hangs up. The events of the call were
# streamed and its record is written.
source "$(dirname "$0")/../lib.sh"

# strength NAME HERTZ: the RMS level around that frequency of what NAME heard in
# the middle of the call.
strength() {
  sox "$OUT/$1"/dump-*-dec.wav -n trim 1 1.5 sinc "$(($2 - 40))-$(($2 + 40))" stat 2>&1 | awk '/^RMS.*amplitude/ {print $3}'
}

# heard NAME HERTZ NOT-HERTZ
heard() {
  local tone own
  tone=$(strength "$1" "$2") own=$(strength "$1" "$3")
  awk -v tone="$tone" -v own="$own" 'BEGIN {exit !(tone > 0.1 && own < tone / 20)}' ||
    fail "$1 heard $2 Hz at $tone and $3 Hz at $own"
  echo "$1 heard $2 Hz at $tone, $3 Hz at $own"
}

# acknowledged N: Bent's phone got the ACK of the call's Nth offer.
acknowledged() { (($(grep -c '^ACK ' "$OUT/bent/log") >= $1)); }
happened() { grep -q "^event: $1\$" "$OUT/events"; }

# talked NAME: three seconds of sound have come (8000 samples of 2 bytes each).
talked() { [[ -n $(find "$OUT/$1" -name 'dump-*-dec.wav' -size +48000c) ]]; }

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
curl -sN "$API/pbx/events?token=$TOKEN&customer=$CUSTOMER" >"$OUT/events" &
until_true 5 grep -q '^: ' "$OUT/events"

baresip_start anna "$anna" udp 440
baresip_start bent "$bent" tcp 660
until_true 10 online "$anna"
until_true 10 online "$bent"
phone_is "$bent" .status.transport tcp

tell anna dial "sip:201@$DOMAIN"
until_true 10 happened call.answered
until_true 10 talked anna
until_true 10 talked bent
tell anna hold
until_true 5 grep -q '^a=sendonly' "$OUT/bent/log"
until_true 5 acknowledged 2
tell anna resume
until_true 5 acknowledged 3
tell bent hangup
until_true 5 happened call.ended
cdr_is HANGUP B 200
kill "$BARESIP_anna" "$BARESIP_bent"
wait "$BARESIP_anna" "$BARESIP_bent" || true
heard anna 660 440
heard bent 440 660
equal "events of the call" "$(grep -oP '^event: \Kcall.*' "$OUT/events" | tr '\n' ' ')" "call.started call.answered call.ended "
cdr | jq -e '.media | map(.packets > 100) | all' >/dev/null || fail "too few packets: $(cdr | jq -c .media)"
