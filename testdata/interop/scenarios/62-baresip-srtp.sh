# Anna's media is encrypted with the server (SDES, RFC 4568) and Bent's is not: each
# hears the other. A phone whose calls must be encrypted is not called without.
source "$(dirname "$0")/../lib.sh"

# secure PHONE POLICY
secure() { api POST "/pbx/sipphone/$(of "$1" ._id)" "{\"srtp\":\"$2\"}" >/dev/null; }

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
secure "$anna" required
ENCRYPTED=srtp-mand baresip_start anna "$anna" udp 440
baresip_start bent "$bent" udp 660
until_true 10 online "$anna"
until_true 10 online "$bent"

tell anna dial "sip:201@$DOMAIN"
calls_are TALKING
until_true 10 talked anna
until_true 10 talked bent
tell anna hangup
no_calls
grep -q '^a=crypto:' "$OUT/anna/log" || fail "Anna's media was not encrypted"
! grep -q '^a=crypto:' "$OUT/bent/log" || fail "Bent was offered a key"
secure "$bent" required
tell anna dial "sip:201@$DOMAIN"
until_true 10 grep -q '^SIP/2.0 488' "$OUT/anna/log"
baresip_end anna bent
heard anna 660 440
heard bent 440 660
records 2 '[.sipCode, (.legs[0].srtp // false), (.legs[1].srtp // false)] | join(" ")' "200 true false, 488 false false"
