# Session timers (RFC 4028) of calls that go on: a session that Bent is to refresh
# and does not is ended with a BYE to both before it expires, and one that the
# server is to refresh is refreshed after half of its time, by UPDATE at Bent, who
# allows it, and by a re-INVITE at Anna, who does not. An interval that is too
# short is 422. It takes a minute, and a server of its own.
source "$(dirname "$0")/../lib.sh"

TIMED=('Supported: timer' 'Session-Expires: 90')
hurries() { SDP=$(audio) dials 201 'Supported: timer' 'Session-Expires: 60'; refused 422 'Min-SE: 90'; }

# The caller leaves it to the server; the callee too.
leaves_it() {
  SDP=$(audio) dials 201 "${TIMED[@]};refresher=uas" 'Allow: INVITE, ACK, BYE, CANCEL'; gets 180
  answered 'Session-Expires: 90;refresher=uas'
  reinvited 'Session-Expires: 90;refresher=uac' 'm=audio 32'
  SDP=$(audio) says 200 OK 'Require: timer' 'Session-Expires: 90;refresher=uac'; asked ACK
  hangs_up
}
is_asked() {
  invited 'Supported:[^\r\n]*timer' 'Session-Expires:'; rings
  SDP=$(audio) says 200 OK 'Require: timer' 'Session-Expires: 90;refresher=uac' 'Allow: INVITE, ACK, BYE, CANCEL, UPDATE'; asked ACK
  asked UPDATE 'Session-Expires: 90;refresher=uac' '!m=audio'
  SDP= replies 200 OK 'Require: timer' 'Session-Expires: 90;refresher=uac'
  let_go
}
# The callee promises to refresh, and forgets it. After a minute without media both
# are asked whether they are there, which they are.
is_there() { asked OPTIONS; SDP= replies 200 OK; }
forgets() {
  invited; rings
  SDP=$(audio) says 200 OK 'Require: timer' 'Session-Expires: 96;refresher=uas'; asked ACK
  is_there
  let_go 'Session Timer Expired'
}
waits() { SDP=$(audio) dials 202; gets 180; answered; is_there; let_go 'Reason: SIP;cause=408'; }

SIPP_TIMEOUT=85s
server_at 15120
server_start "$OUT" 32000-32099
two_phones
third_phone
sipp_run hurry hurries "$anna"
LONG=(-recv_timeout 75s)
pickup bent is_asked "$bent" "$BENT_PORT" "${LONG[@]}"
pickup carl forgets "$carl" "$CARL_PORT" "${LONG[@]}"
sipp_start refreshed leaves_it "$anna" "${LONG[@]}"
calls_are TALKING
sipp_start forgotten waits "$anna" "${LONG[@]}"
for who in refreshed bent forgotten carl; do sipp_end $who; done
records 3 '[.callee.number, .terminatedReason, .terminatedBy] | join(" ")' "201 ERROR S, 201 HANGUP A, 202 ERROR S"
server_stop || fail "exit status $? after SIGTERM"
