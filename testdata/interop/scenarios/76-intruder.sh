# Somebody who has read Anna's messages hangs up for her from another address, and
# somebody at her address guesses a tag: 481, and the call goes on.
source "$(dirname "$0")/../lib.sh"

anna_calls() { SDP=$(audio) dials 201; gets 180; answered; hangs_up "$CUE"; }
bent_is_called() { invited; rings; picks_up; let_go; }

# field NAME: of Anna's ACK, which has all that names her dialog.
field() {
  tr -d '\r' <"$OUT/anna/messages" | awk -v name="$1: " '
    /^ACK / {in_ack = 1}
    /^$/ {in_ack = 0}
    in_ack && index($0, name) == 1 {value = substr($0, length(name) + 1)}
    END {print value}'
}

hangs_up_for_her() {
  told 'retrans="500"' <<END
BYE sip:201@$SIP SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: $FROM
To: $TO
Call-ID: [call_id]
CSeq: 9 BYE
END
  gets 481
}

two_phones
pickup bent bent_is_called "$bent" "$BENT_PORT"
sipp_start anna anna_calls "$anna"
calls_are TALKING
until_true 5 grep -q '^CSeq: 2 ACK' "$OUT/anna/messages"
FROM=$(field From) TO=$(field To)
sipp_run reader hangs_up_for_her '{"username":"reader"}' -i 127.0.0.9 -cid_str "$(field Call-ID)"
TO+=x
sipp_run guesser hangs_up_for_her '{"username":"guesser"}' -cid_str "$(field Call-ID)"
calls_are TALKING
cue anna
sipp_end anna
sipp_end bent
cdr_is HANGUP A 200
