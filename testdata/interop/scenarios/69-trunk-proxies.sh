# A carrier behind two proxies that stay in the path (Record-Route, RFC 3261
# 12.1.2), which wants encrypted media; Anna, whose media is not, withholds her
# number (RFC 3323).
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

PORT=$(next_port)
RECORDED=("Record-Route: <sip:$LINE:$PORT;lr;near>" "Record-Route: <sip:$LINE:$PORT;lr;far>")
ROUTED='Route: <[^>]*;far>,? *([\r\n]+Route: *)?<[^>]*;near>'
encrypted() { audio | sed 's|RTP/AVP 8 0|RTP/SAVP 8 0|'; echo 'a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz'; }
carrier() {
  invited 'From: "Anonymous" <sip:anonymous@anonymous.invalid>' 'Privacy: *id' 'm=audio 31[0-9]* RTP/SAVP' 'a=crypto:4 AES_CM_128_HMAC_SHA1_80'
  SDP= says 180 Ringing "${RECORDED[@]}"
  SDP=$(encrypted) says 200 OK "${RECORDED[@]}"
  asked ACK "^ACK sip:line@" "$ROUTED"
  asked BYE "^BYE sip:line@" "$ROUTED"; SDP= replies 200 OK
}
anna_calls() { SDP=$(audio) dials '*31#+4570305052'; gets 180; answered 'm=audio 31[0-9]* RTP/AVP' '!crypto'; hangs_up; }

two_phones
new_trunk carrier "{\"host\":\"$LINE\",\"port\":$PORT,\"srtp\":\"required\"}" '{"numbers":["+4511111106"]}' >/dev/null
line carrier carrier "$PORT"
dial anna anna_calls 201
sipp_end carrier
records 1 '[.terminatedReason, (.legs[] | .srtp // false)] | join(" ")' "HANGUP false true"
