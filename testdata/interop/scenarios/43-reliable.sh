# Reliable provisional answers (RFC 3262) are a matter of each leg: Anna requires
# them and Bent has none of it; Bent sends one and Anna knows nothing of it; both
# do, with early media, and the answer then needs no description.
source "$(dirname "$0")/../lib.sh"

EARLY='m=audio 31[0-9][0-9][0-9] RTP/AVP'
bent_is_plain() { invited 'Supported:[^\r\n]*100rel' '!Require:[^\r\n]*100rel'; rings; SDP=$(audio) says 200 OK "$CUE"; asked ACK; let_go; }
anna_requires() {
  SDP=$(audio) dials 201 'Require: 100rel' 'Supported: 100rel'
  gets_reliably 180; pracks
  answered 'm=audio 31'; hangs_up
}

bent_is_reliable() {
  invited; SDP=$(audio) rings_reliably 183 'Session Progress'
  says 200 OK; asked ACK; let_go
}
anna_is_plain() { SDP=$(audio) dials 201; gets 183 "$EARLY" '!Require:'; answered "$EARLY"; hangs_up; }

anna_supports() {
  SDP=$(audio) dials 201 'Supported: 100rel'
  gets_reliably 183 "$EARLY"; pracks
  answered; hangs_up
}

# pracked: Anna's PRACK has its answer, which her 200 need not wait for.
pracked() { tr -d "\r" <"$OUT/anna/messages" 2>/dev/null | grep -A 9 "^SIP/2.0 200 " | grep -q "^CSeq: [0-9]* PRACK"; }

two_phones
pickup bent bent_is_plain "$bent" "$BENT_PORT"
sipp_start anna anna_requires "$anna"
until_true 10 pracked
cue bent
sipp_end anna
sipp_end bent
for pair in bent_is_reliable:anna_is_plain bent_is_reliable:anna_supports; do
  pickup bent "${pair%:*}" "$bent" "$BENT_PORT"
  dial anna "${pair#*:}" 201
  sipp_end bent
done
records 3 .terminatedReason "HANGUP, HANGUP, HANGUP"
