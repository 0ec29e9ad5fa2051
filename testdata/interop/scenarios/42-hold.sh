# Anna holds Bent and takes him back, by sendonly and by inactive; then Bent does
# so. Each hears of it in the words of RFC 3264 section 8.4, from the relay.
source "$(dirname "$0")/../lib.sh"

RELAY='m=audio 31[0-9][0-9][0-9] RTP/AVP'

# holds VERSION DIRECTION ANSWER, held OFFER ANSWER: the two ends of it.
holds() { SDP=$(audio "$2" "$1") sends INVITE; answered "a=$3" "$RELAY"; }
held() { reinvited "a=$1" "$RELAY"; SDP=$(audio "$2" "$3") picks_up; }

anna_calls() {
  SDP=$(audio) dials 201; gets 180; answered "$RELAY"
  holds 2 sendonly recvonly
  holds 3 sendrecv sendrecv
  holds 4 inactive inactive
  holds 5 sendrecv sendrecv
  held sendonly recvonly 6
  held sendrecv sendrecv 7
  let_go
}
bent_is_called() {
  invited "$RELAY"; rings; picks_up
  held sendonly recvonly 2
  held sendrecv sendrecv 3
  held inactive inactive 4
  held sendrecv sendrecv 5
  holds 6 sendonly recvonly
  holds 7 sendrecv sendrecv
  hangs_up
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
dial anna anna_calls 201
sipp_end bent
cdr_is HANGUP B 200
