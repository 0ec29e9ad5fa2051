# A phone that is not to be disturbed does not ring: 486. Neither does one that is
# in a call, when calls do not wait; else it does.
source "$(dirname "$0")/../lib.sh"

# dnd STATE
dnd() { equal dnd "$(api GET "/pbx/extension/$(extension_of "$bent")/dnd?sip=$(of "$bent" ._id)&state=$1" | jq .dnd)" "$1"; }

talks() { invited; rings; picks_up; let_go; }
anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up; }
carl_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up "$CUE"; }

two_phones
third_phone
dnd true
FINAL=486 dial anna refused.xml 201
dnd false
pickup bent talks "$bent" "$BENT_PORT" -m 2
sipp_start carl carl_calls "$carl"
calls_are TALKING
set_extension "$bent" '{"callWaiting":false}'
FINAL=486 dial anna refused.xml 201
set_extension "$bent" '{"callWaiting":true}'
dial anna anna_calls 201
cue carl
sipp_end carl
sipp_end bent
records 4 .terminatedReason "BUSY, HANGUP, BUSY, HANGUP"
no_calls
