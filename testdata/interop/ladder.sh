# The words that a phone of sipp is told in, when sipp/ has nothing for it: a
# shell function that says them one after another is its scenario. Each word is
# one message sent, or one that must come next; anything else that comes fails.
# A PATTERN is a regular expression that the whole message has, or with a ! in
# front has not. SDP is the session description of the next message that is sent.
#
#   anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up; }

# Here are those that send; those that wait for something are in expect.sh.
source "$HERE/expect.sh"

# script FUNCTION: the scenario of sipp that the function makes.
script() {
  SEQ=0 INVITE=0 INVITED= URI=
  US='<sip:[field0]@[domain]>;tag=[pid]c[call_number]' THEM='[$them]'
  echo "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?><scenario name=\"$1\">"
  "$1"
  # sipp refuses variables that are there only once, or not at all.
  echo '<nop><action>'
  printf '  <assignstr assign_to="%s" value="" />\n' whole nonce them called target via cseq rseq
  echo '</action></nop><Reference variables="whole,nonce,them,called,target,via,cseq,rseq" /></scenario>'
}

# ---- session descriptions

# audio [DIRECTION [VERSION]]: PCMA and PCMU, at the address that sipp calls its
# own. A second description of a phone has another version.
audio() {
  cat <<END
v=0
o=- [pid] ${2:-1} IN IP[media_ip_type] [media_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=${1:-sendrecv}
END
}

# ---- what is sent

# told [ATTRIBUTE]: one message, from standard input, with SDP or BODY behind it.
# Without a body of a TYPE it has none.
told() {
  local body=${SDP:-${BODY:-}} type=${TYPE:-application/sdp}
  echo "<send${1:+ $1}><![CDATA["
  echo
  cat
  [[ -z $body ]] || echo "Content-Type: $type"
  if [[ -z $body ]]; then printf 'Content-Length: 0\n\n'; else printf 'Content-Length: [len]\n\n%s\n\n' "$body"; fi
  echo ']]></send>'
}

lines() { (($# == 0)) || printf '%s\n' "$@"; }

# request METHOD URI TO CSEQ [HEADER...]
request() {
  cat <<END
$1 $2 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: $US
To: $3
Call-ID: [call_id]
CSeq: $4 $1
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
User-Agent: sipp
END
  lines "${@:5}"
}

# dials NUMBER [HEADER...]: INVITE, challenge, ACK, INVITE with the answer.
dials() {
  local uri="sip:$1@[domain]"
  request INVITE "$uri" "<$uri>" 1 "${@:2}" | told 'retrans="500"'
  challenged INVITE "$uri"
  refused_ack "$uri" 1
  request INVITE "$uri" "<$uri>" 2 '[file name="answer[call_number]"]' "${@:2}" | told 'retrans="500"'
  SEQ=2 INVITE=2 URI=$uri INVITED=yes
}

# watches NUMBER [HEADER...]: the same with SUBSCRIBE, and its 200.
watches() {
  local uri="sip:$1@[domain]" event=('Event: dialog' 'Accept: application/dialog-info+xml')
  request SUBSCRIBE "$uri" "<$uri>" 1 "${event[@]}" "${@:2}" | told 'retrans="500"'
  challenged SUBSCRIBE "$uri"
  request SUBSCRIBE "$uri" "<$uri>" 2 '[file name="answer[call_number]"]' "${event[@]}" "${@:2}" | told 'retrans="500"'
  SEQ=2 INVITED=
  answered_only 'Expires: [0-9]+'
}

# watches_on SECONDS [HEADER...]: SUBSCRIBE within the dialog, which is challenged, too.
watches_on() {
  sends SUBSCRIBE 'Event: dialog' "Expires: $1" "${@:2}"
  challenged SUBSCRIBE '[$target]'
  sends SUBSCRIBE '[file name="answer[call_number]"]' 'Event: dialog' "Expires: $1"
  gets 200
}

# challenged METHOD URI: the challenge, and the answer to it in a file.
challenged() {
  cat <<END
<recv response="401"><action>
  <ereg regexp="nonce=&quot;([^&quot;]*)&quot;" search_in="hdr" header="WWW-Authenticate:" check_it="true" assign_to="whole,nonce" />
  <exec command="[answer] [algorithm] [field0] [field1] [domain] $1 '$2' '[\$nonce]' [call_number]" />
</action></recv>
END
}

# calls URI [HEADER...]: INVITE of who is not challenged.
calls() {
  request INVITE "$1" "<$1>" 1 "${@:2}" | told 'retrans="500"'
  SEQ=1 INVITE=1 URI=$1 INVITED=yes
}

# refused_ack URI CSEQ: the ACK to a final answer that is not a 2xx.
refused_ack() {
  SDP= BODY= told <<END
ACK $1 SIP/2.0
[last_Via:]
Max-Forwards: 70
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: $2 ACK
END
}

# refused CODE [PATTERN...]: the caller is told that it comes to nothing.
refused() {
  gets "$@"
  refused_ack "$URI" "$INVITE"
}

# cancels: the caller gives up.
cancels() {
  SDP= told 'retrans="500"' <<END
CANCEL $URI SIP/2.0
[last_Via:]
Max-Forwards: 70
[last_From:]
To: <$URI>
Call-ID: [call_id]
CSeq: $INVITE CANCEL
END
}

# acks: the ACK to a 2xx, with the number of its INVITE (RFC 3261 13.2.2.4).
acks() { request ACK '[$target]' "$THEM" "$INVITE" | told; }

# sends METHOD [HEADER...]: a request within the dialog.
sends() {
  SEQ=$((SEQ + 1))
  INVITED=
  if [[ $1 == INVITE ]]; then INVITED=yes INVITE=$SEQ URI='[$target]'; fi
  request "$1" '[$target]' "$THEM" "$SEQ" "${@:2}" | told 'retrans="500"'
}

# says CODE PHRASE [HEADER...]: an answer to the last INVITE.
says() {
  local retrans=
  (($1 < 200)) || retrans='retrans="500"'
  {
    cat <<END
SIP/2.0 $1 $2
Via:[\$via]
From: $THEM
To: $US
Call-ID: [call_id]
CSeq:[\$cseq]
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
END
    lines "${@:3}"
  } | told "$retrans"
}

# replies CODE PHRASE [HEADER...]: an answer to the request that came last.
replies() {
  {
    cat <<END
SIP/2.0 $1 $2
[last_Via:]
[last_From:]
[last_To:]${TAG:-}
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
END
    lines "${@:3}"
  } | told
}

rings() { SDP= says 180 Ringing; }

# picks_up [PATTERN...]: 200 and its ACK, which has the patterns.
picks_up() {
  SDP=${SDP:-$(audio)} says 200 OK
  asked ACK "$@"
}

# declines CODE PHRASE [HEADER...]
declines() {
  SDP= says "$@"
  asked ACK
}

hangs_up() { SDP= sends BYE "$@"; gets 200; }

# pracks: the PRACK (RFC 3262) of what gets_reliably got.
pracks() {
  INVITED= SEQ=$((SEQ + 1))
  request PRACK '[$target]' "$THEM" "$SEQ" "RAck:[\$rseq] $INVITE INVITE" | told 'retrans="500"'
  gets 200
}

# rings_reliably CODE PHRASE [HEADER...]: a provisional answer and its PRACK.
rings_reliably() {
  says "$1" "$2" 'Require: 100rel' 'RSeq: 71' "${@:3}"
  asked PRACK 'RAck: 71 [0-9]+ INVITE'
  SDP= replies 200 OK
}

# ---- time

pauses() { echo "<pause milliseconds=\"$1\" />"; }

# CUE stands among the headers of a message that is not sent before the scenario
# says so, with: cue NAME [HEADER]. Until then that phone does nothing else.
CUE='[file name=cue]'

cue() {
  timeout 10 sh -c 'printf %s "$2" >"$1"' _ "$OUT/$1/cue" "${2:-X-Cue: now}" ||
    fail "$1 did not get so far: $(sipp_errors "$1")"
}
