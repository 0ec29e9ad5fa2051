# Two baresips register, one over UDP and one over TCP. Anna (440 Hz) calls Bent
# (660 Hz); each records what it hears, which must be the other's tone and not
# its own. Anna holds and resumes, Bent hangs up. The events of the call were
# streamed and its record is written.
source "$(dirname "$0")/../lib.sh"

# acknowledged N: Bent's phone got the ACK of the call's Nth offer.
acknowledged() { (($(grep -c '^ACK ' "$OUT/bent/log") >= $1)); }
happened() { grep -q "^event: $1\$" "$OUT/events"; }

# passed: the fewer of the packets that the two phones were sent.
passed() { live '.[0].legs | map(.media.packetsOut) | min'; }
passed_more() { (($(passed) > $1 + 100)); }

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
# What baresip 1.0 hears after a hold it does not record; the server knows what it sent.
had=$(passed)
until_true 10 passed_more "$had"
tell bent hangup
until_true 5 happened call.ended
cdr_is HANGUP B 200
baresip_end anna bent
heard anna 660 440
heard bent 440 660
equal "events of the call" "$(grep -oP '^event: \Kcall.*' "$OUT/events" | tr '\n' ' ')" "call.started call.answered call.ended "
cdr | jq -e '.legs | map(.media.packetsIn > 100) | all' >/dev/null || fail "too few packets: $(cdr | jq -c .legs)"
