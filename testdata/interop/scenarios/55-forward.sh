# Bent's calls go to Carl as the API says: always, when he is busy, when nobody
# answers and when his phone is offline; Carl sees that it is Anna. In a circle they
# end.
source "$(dirname "$0")/../lib.sh"

carl_talks() { invited '"Anna" <sip:200@'; rings; picks_up; let_go; }
bent_is_busy() { invited; declines 486 'Busy Here'; }
bent_is_away() { invited; rings; given_up; }
anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up; }

# forwards PHONE FORWARD: and nowhere else.
forwards() { set_extension "$1" "{\"noAnswerTime\":5,\"forward\":$(jq -c '{unconditional: "", busy: "", noAnswer: "", unregistered: ""} + .' <<<"$2")}"; }

# carl_gets FORWARD [BENT]: Anna calls Bent and talks to Carl.
carl_gets() {
  forwards "$bent" "$1"
  pickup carl carl_talks "$carl" "$CARL_PORT"
  [[ -z ${2:-} ]] || pickup bent "$2" "$bent" "$BENT_PORT"
  dial anna anna_calls 201
  [[ -z ${2:-} ]] || sipp_end bent
  sipp_end carl
}

two_phones
third_phone
carl_gets '{"unconditional":"202"}'
carl_gets '{"busy":"202"}' bent_is_busy
carl_gets '{"noAnswer":"202"}' bent_is_away
forwards "$bent" '{"unconditional":"202"}'
forwards "$carl" '{"unconditional":"201"}'
FINAL=480 dial anna refused.xml 201
forwards "$carl" '{}'
EXPIRES=0 register bent_leaves "$bent" "$BENT_PORT"
carl_gets '{"unregistered":"202"}'
records 5 '[.callee.number, (.callee.sipPhone // "nobody")] | join(" ")' \
  "201 $(of "$carl" ._id), 201 $(of "$carl" ._id), 201 $(of "$carl" ._id), 201 nobody, 201 $(of "$carl" ._id)"
no_calls
