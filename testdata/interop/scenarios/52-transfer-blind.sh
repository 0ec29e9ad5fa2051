# Bent sends Anna to Carl (RFC 3515): he hears of each step, and is let go when
# Carl has answered. The first time Carl declines, and Bent still has Anna.
source "$(dirname "$0")/../lib.sh"

refers() { sends REFER "$@"; gets 202; notified active 'SIP/2.0 100'; }
notified() { asked NOTIFY 'Event: *refer' "Subscription-State: $1" 'message/sipfrag' "$2"; replies 200 OK; }

anna_calls() { SDP=$(audio) dials 201; gets 180; answered; reinvited; SDP=$(audio sendrecv 2) picks_up; let_go; }
bent_is_called() {
  invited; rings; picks_up
  refers "$CUE"
  notified active 'SIP/2.0 180'
  notified terminated 'SIP/2.0 603'
  refers "$CUE"
  notified active 'SIP/2.0 180'
  notified terminated 'SIP/2.0 200'
  let_go 'Reason:'
}
carl_declines() { invited '"Anna" <sip:200@'; rings; declines 603 Decline; }
carl_talks() { invited '"Anna" <sip:200@'; rings; picks_up; hangs_up "$CUE"; }

two_phones
third_phone
pickup bent bent_is_called "$bent" "$BENT_PORT"
pickup carl carl_declines "$carl" "$CARL_PORT"
sipp_start anna anna_calls "$anna"
calls_are TALKING
cue bent "Refer-To: <sip:202@$DOMAIN>"
sipp_end carl
pickup carl carl_talks "$carl" "$CARL_PORT"
cue bent "Refer-To: <sip:202@$DOMAIN>"
sipp_end bent
cue carl
for who in carl anna; do sipp_end $who; done
no_calls
records 3 '[.callee.number, .terminatedReason, .sipCode] | join(" ")' "201 TRANSFERRED 200, 202 BUSY 603, 202 HANGUP 200"
