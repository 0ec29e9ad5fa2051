# A trunk takes one call at a time: a second one is 503, but not an emergency call.
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

carrier() { invited; rings; picks_up; let_go; }
anna_calls() { SDP=$(audio) dials +4570305052; gets 180; answered; hangs_up "$CUE"; }
bent_calls() { SDP=$(audio) dials +4570305052; refused 503; }
bent_needs_help() { SDP=$(audio) dials 112; gets 180; answered; hangs_up; }

two_phones
port=$(next_port)
new_trunk carrier "{\"host\":\"$LINE\",\"port\":$port}" '{"numbers":["+4511111105"],"limits":{"calls":1}}' >/dev/null
line carrier carrier "$port" -m 2
sipp_start anna anna_calls "$anna"
calls_are TALKING
sipp_run second bent_calls "$bent"
sipp_run emergency bent_needs_help "$bent"
cue anna
sipp_end anna
sipp_end carrier
equal "what left" "$(grep -aoP '^INVITE sip:\K[^@]*' "$OUT/carrier/messages" | tr '\n' ' ')" "+4570305052 112 "
no_calls
