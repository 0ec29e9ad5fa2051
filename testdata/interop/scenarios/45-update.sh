# UPDATE (RFC 3311): Anna holds with it, and Bent hears of that; a refresh without a
# description is for the server alone. Then Bent changes his early media with it,
# before he answers.
source "$(dirname "$0")/../lib.sh"

ALLOW='Allow: INVITE, ACK, BYE, CANCEL, UPDATE, PRACK'
anna_calls() {
  SDP=$(audio) dials 201 "$ALLOW"; gets 180; answered 'Allow:[^\r\n]*UPDATE'
  SDP=$(audio sendonly 2) sends UPDATE; gets 200 a=recvonly
  sends UPDATE; gets 200 '!m=audio'
  SDP=$(audio sendrecv 3) sends UPDATE; gets 200 a=sendrecv
  hangs_up
}
# changed OFFER ANSWER VERSION: by whichever method the server takes.
changed() { reinvited "a=$1"; SDP=$(audio "$2" "$3") picks_up; }
bent_is_called() {
  invited; rings; SDP=$(audio) says 200 OK "$ALLOW"; asked ACK
  changed sendonly recvonly 2
  changed sendrecv sendrecv 3
  let_go
}

RELIABLE=('Supported: 100rel' "$ALLOW")
early_bent() {
  invited; SDP=$(audio) rings_reliably 183 'Session Progress' "$ALLOW"
  SDP=$(audio sendrecv 2) sends UPDATE; gets 200 'm=audio 31'
  says 200 OK; asked ACK; let_go
}
early_anna() {
  SDP=$(audio) dials 201 "${RELIABLE[@]}"; gets_reliably 183; pracks
  asked UPDATE 'm=audio 31'; SDP=$(audio sendrecv 2) replies 200 OK
  answered; hangs_up
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
dial anna anna_calls 201
sipp_end bent
pickup bent early_bent "$bent" "$BENT_PORT"
dial anna early_anna 201
sipp_end bent
records 2 .terminatedReason "HANGUP, HANGUP"
