# What a conversation may turn into: a hold in the old way (RFC 2543, address
# 0.0.0.0) and back; video that Bent refuses, and then takes. A fax alone is 488, and
# the conversation stays as it was.
source "$(dirname "$0")/../lib.sh"

nowhere() { audio sendrecv 2 | sed 's/^c=.*/c=IN IP4 0.0.0.0/'; }
# seen PORT VERSION: audio, and video there.
seen() { audio sendrecv "$2"; printf 'm=video %s RTP/AVP 99\na=rtpmap:99 H264/90000\n' "$1"; }
fax() { audio sendrecv 5 | sed '/^a=/d; s|^m=.*|m=image 9000 udptl t38|'; }

VIDEO='m=audio 31[0-9]* .*m=video 31[0-9]* '
anna_calls() {
  SDP=$(audio) dials 201; gets 180; answered
  SDP=$(nowhere) sends INVITE; answered 'm=audio 31'
  SDP=$(seen 9100 3) sends INVITE; answered 'm=audio 31[0-9]* .*m=video 0 '
  SDP=$(seen 9100 4) sends INVITE; answered "$VIDEO"
  SDP=$(fax) sends INVITE; refused 488
  hangs_up
}
bent_is_called() {
  invited; rings; picks_up
  reinvited 'c=IN IP4 0\.0\.0\.0|a=sendonly|a=inactive'; SDP=$(audio recvonly 2) picks_up
  reinvited 'c=IN IP4 127\.0\.0\.1' "$VIDEO"; SDP=$(seen 0 3) picks_up
  reinvited "$VIDEO"; SDP=$(seen 9200 4) picks_up
  let_go
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
dial anna anna_calls 201
sipp_end bent
cdr_is HANGUP A 200
