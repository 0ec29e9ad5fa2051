# Anna's INVITE has no session description: Bent offers in his 200, and Anna
# answers in her ACK. Then Bent asks by a re-INVITE without one to be offered.
source "$(dirname "$0")/../lib.sh"

RELAY='m=audio 31[0-9][0-9][0-9] RTP/AVP'
anna_calls() {
  dials 201; gets 180
  SDP=$(audio) answered "$RELAY"
  let_go
}
bent_is_called() {
  invited '!m=audio'; rings; picks_up "$RELAY"
  sends INVITE; SDP=$(audio sendrecv 2) answered "$RELAY"
  hangs_up
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
dial anna anna_calls 201
sipp_end bent
cdr_is HANGUP B 200
