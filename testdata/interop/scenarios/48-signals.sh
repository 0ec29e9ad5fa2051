# Keys pressed as INFO and texts as MESSAGE pass to the other end, with nothing but
# their body; what has no business there is 415.
source "$(dirname "$0")/../lib.sh"

KEY=$'Signal=5\nDuration=160'
sends_body() { TYPE=$2 BODY=$3 sends "$1" "${@:4}"; }
anna_calls() {
  SDP=$(audio) dials 201; gets 180; answered
  sends_body INFO application/dtmf-relay "$KEY" 'X-Secret: of-anna'; gets 200
  sends_body MESSAGE text/plain 'lunch at one?'; gets 200
  sends_body INFO application/x-tar 'a tape'; gets 415 'Accept:[^\r\n]*application/dtmf-relay'
  asked MESSAGE 'one it is'; replies 200 OK
  hangs_up
}
bent_is_called() {
  invited; rings; picks_up
  asked INFO 'Signal=5' 'Content-Type: application/dtmf-relay' '!of-anna'; replies 200 OK
  asked MESSAGE 'lunch at one'; replies 200 OK
  sends_body MESSAGE text/plain 'one it is'; gets 200
  let_go
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
dial anna anna_calls 201
sipp_end bent
cdr_is HANGUP A 200
