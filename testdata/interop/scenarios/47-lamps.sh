# Carl watches Bent, whom he may pick up, and a switch. Dave watches Bent too, and sees
# not with whom he talks. The switch is turned by its feature code, and over the API.
source "$(dirname "$0")/../lib.sh"

watch() { sipp_start "$1" "$2" "$3" -p "$(next_port)" "${@:4}"; }
seen() { until_true 10 grep -q "$2" "$OUT/$1/messages"; }
night_is() { equal night "$(api GET "/pbx/switch/SHARED:night?customer=$CUSTOMER" | jq .value)" "$1"; }

carl_watches() {
  watches 201
  shown '<state>terminated' 'Subscription-State: active'
  shown 'direction="recipient"' '<state>early' 'display="Anna">sip:200@' 'call-id="'
  shown '<state>confirmed' 'display="Anna"'
  shown '<state>terminated' 'version="3"'
  watches_on 0 "$CUE"
  shown '<state>terminated' 'Subscription-State: terminated;reason=timeout'
}
dave_watches() {
  watches 201 'Expires: 600'
  shown '<state>terminated'
  shown 'direction="recipient"' '<state>early' '!Anna' '!call-id='
  shown '<state>confirmed' '!Anna'
  shown '<state>terminated'
}
carl_watches_the_switch() {
  watches '*28SHARED.night'
  shown '<state>terminated'
  shown '<state>confirmed'
  shown '<state>terminated'
}
bent_talks() { invited; rings; SDP=$(audio) says 200 OK "$CUE"; asked ACK; let_go; }
anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up "$CUE"; }
anna_turns() { SDP=$(audio) dials '*28SHARED.night'; answered 'm=audio'; let_go; }
anna_errs() { SDP=$(audio) dials '*45999'; answered 'm=audio'; let_go; }

two_phones
third_phone
dave=$(new_phone "$(new_extension 203 Dave)")
api POST /pbx/group "{\"customer\":\"$CUSTOMER\",\"name\":\"Office\",\"members\":[\"$(extension_of "$bent")\"],\"controllers\":[\"$(extension_of "$carl")\"],\"pickup\":true}" >/dev/null
watch carl carl_watches "$carl"
watch dave dave_watches "$dave"
watch night carl_watches_the_switch "$carl"
for name in carl dave night; do seen "$name" '<state>terminated'; done

pickup bent bent_talks "$bent" "$BENT_PORT"
sipp_start anna anna_calls "$anna"
for name in carl dave; do seen "$name" '<state>early'; done
cue bent
for name in carl dave; do seen "$name" '<state>confirmed'; done
cue anna
sipp_end anna
sipp_end bent
sipp_end dave
cue carl
sipp_end carl

dial anna anna_turns '*28SHARED.night'
night_is true
seen night '<state>confirmed'
api POST /pbx/switch/SHARED:night "{\"customer\":\"$CUSTOMER\",\"value\":false}" >/dev/null
sipp_end night
dial anna anna_errs '*45999'
records 3 '[.callee.type, .terminatedReason] | join(" ")' "SIPPHONE HANGUP, SYSTEM HANGUP, SYSTEM NOT_FOUND"
no_calls
