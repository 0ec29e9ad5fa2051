# Calls led over the API. Anna's phone is rung and, when it answers, Bent's; she is
# sent on to Carl, and their call is ended. Then Anna picks up what rings at Bent's,
# over the API and, as one who controls his group, by dialling *8201.
source "$(dirname "$0")/../lib.sh"

action() { equal "$1" "$(api GET "/pbx/app/action/$1?$2" | jq .success)" true; }
talking() { until_true 10 live_is 'map([.state, .caller.number, .callee.number] | join(" ")) | join(", ")' "$1"; }
# agrees: a session that the server asks for, as an offer or an answer of its own.
agrees() { reinvited; SDP=$(audio sendrecv "$1") picks_up; }

anna_is_rung() { invited 'answer-after=0' '!m=audio' '"Bent" *<sip:201@'; picks_up 'm=audio'; agrees 2; agrees 3; let_go; }
bent_is_called() { invited '"Anna" *<sip:200@'; rings; picks_up; let_go 'Reason:'; }
carl_is_called() { invited '"Anna" *<sip:200@'; rings; picks_up; let_go; }
carl_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up "$CUE"; }
bent_rings() { invited '"Carl" *<sip:202@'; rings; given_up 'Completed elsewhere|completed elsewhere'; }
anna_answers() { invited 'answer-after=0' '"Carl" *<sip:202@'; rings; picks_up; let_go; }
anna_dials() { SDP=$(audio) dials '*8201'; answered; agrees 2; let_go; }

two_phones
third_phone
ANNA_PORT=$(next_port)
register anna_registers "$anna" "$ANNA_PORT"

pickup anna anna_is_rung "$anna" "$ANNA_PORT"
pickup bent bent_is_called "$bent" "$BENT_PORT"
pickup carl carl_is_called "$carl" "$CARL_PORT"
action call "device=$(of "$anna" ._id)&target=201"
talking "TALKING 200 201"
until_true 10 live_is '.[0].legs | map(.state) | unique | join(" ")' TALKING
action transfer "source=$(live '.[0].legs[] | select(.number == "200") | ._id')&target=202"
sipp_end bent
talking "TALKING 200 202"
action hangup "target=$(live '.[0]._id')"
sipp_end anna
sipp_end carl
no_calls

api POST /pbx/group "{\"customer\":\"$CUSTOMER\",\"name\":\"Office\",\"members\":[\"$(extension_of "$bent")\"],\"controllers\":[\"$(extension_of "$anna")\"],\"pickup\":true}" >/dev/null
for way in api code; do
  pickup bent bent_rings "$bent" "$BENT_PORT"
  [[ $way == code ]] || pickup anna anna_answers "$anna" "$ANNA_PORT"
  sipp_start carl carl_calls "$carl" -p "$CARL_PORT"
  until_true 10 live_is 'map(.legs[1].state) | join(" ")' RINGING
  if [[ $way == api ]]; then
    action pickup "device=$(of "$anna" ._id)&target=201"
  else
    sipp_start anna anna_dials "$anna" -p "$ANNA_PORT"
  fi
  talking "TALKING 202 201"
  sipp_end bent
  cue carl
  sipp_end carl
  sipp_end anna
  no_calls
done
