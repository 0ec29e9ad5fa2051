# The world calls Bent, who sends it on to a number of the world: the conversation
# leaves by the trunk that it came in on, at his expense (Diversion) and with the
# caller's number, and goes on without him.
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

notified() { asked NOTIFY "Subscription-State: $1" "$2"; replies 200 OK; }
world_calls() {
  SDP=$(audio) calls "sip:+4511111104@$SIP" 'P-Asserted-Identity: <sip:+4570305052@carrier.test>'
  gets 180; answered
  reinvited 'm=audio 31'; SDP=$(audio sendrecv 2) picks_up
  let_go
}
bent_is_called() {
  invited; rings; picks_up
  sends REFER "$CUE"; gets 202
  notified active 'SIP/2.0 100'; notified active 'SIP/2.0 180'; notified terminated 'SIP/2.0 200'
  let_go
}
other_is_called() {
  invited '^INVITE sip:\+4570305099@' 'From:[^\r\n]*sip:\+4570305052@' 'P-Asserted-Identity:[^\r\n]*sip:\+4511111104@' 'Diversion:[^\r\n]*sip:\+4511111104@'
  rings; picks_up; hangs_up "$CUE"
}

two_phones
port=$(next_port)
new_trunk carrier "{\"host\":\"$LINE\",\"port\":$port,\"addresses\":[\"$LINE/32\"]}" '{"numbers":["+4511111104"]}' >/dev/null
set_extension "$bent" '{"direct":"+4511111104"}'
pickup bent bent_is_called "$bent" "$BENT_PORT"
line other other_is_called "$port"
sipp_start world world_calls '{"username":"line"}' -i "$LINE"
calls_are TALKING
cue bent "Refer-To: <sip:+4570305099@$DOMAIN>"
sipp_end bent
cue other
sipp_end other
sipp_end world
no_calls
records 2 '[.caller.number, .callee.number, .terminatedReason] | join(" ")' "+4570305052 +4511111104 TRANSFERRED, +4570305052 +4570305099 HANGUP"
