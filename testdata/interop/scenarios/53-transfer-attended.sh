# Bent asks Carl on a second line, and joins him and Anna (REFER with Replaces, RFC
# 5589 7). He hangs up both his lines at once, as some phones do: those two must
# not notice.
source "$(dirname "$0")/../lib.sh"

rejoined() { reinvited; SDP=$(audio sendrecv 2) picks_up; }
notified() { asked NOTIFY 'Event: *refer' "Subscription-State: $1" "$2"; replies 200 OK; }

anna_calls() { SDP=$(audio) dials 201; gets 180; answered; rejoined; let_go; }
carl_is_called() { invited '"Bent" <sip:201@'; rings; picks_up; rejoined; hangs_up "$CUE"; }
bent_is_called() {
  invited; rings; picks_up
  sends REFER "$CUE"; gets 202; notified active 'SIP/2.0 100'
  notified terminated 'SIP/2.0 200'
  let_go 'Reason:'
}
bent_asks() { SDP=$(audio) dials 202; gets 180; answered; let_go 'Reason:'; }

# consultation: the dialog of Bent's second line, as Replaces wants it in a URI.
consultation() {
  tr -d '\r' <"$OUT/second/messages" | awk '
    /^ACK / {ack = 1}
    ack && /^From:/ {sub(/.*tag=/, ""); from = $0}
    ack && /^To:/ {sub(/.*tag=/, ""); to = $0}
    ack && /^Call-ID:/ {id = $2}
    END {gsub("@", "%40", id); print id "%3Bto-tag%3D" to "%3Bfrom-tag%3D" from}'
}

two_phones
third_phone
pickup bent bent_is_called "$bent" "$BENT_PORT"
pickup carl carl_is_called "$carl" "$CARL_PORT"
sipp_start anna anna_calls "$anna"
calls_are TALKING
sipp_start second bent_asks "$bent"
calls_are "TALKING TALKING"
until_true 5 grep -q '^CSeq: 2 ACK' "$OUT/second/messages"
cue bent "Refer-To: <sip:202@$DOMAIN?Replaces=$(consultation)>"
for who in bent second; do sipp_end $who; done
cue carl
for who in carl anna; do sipp_end $who; done
no_calls
records 2 '[.caller.number, .callee.number, .terminatedReason] | join(" ")' "200 201 TRANSFERRED, 201 202 HANGUP"
