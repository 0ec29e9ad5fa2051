# A call comes in from the address of a trunk, without credentials, for a number of
# its own: Bent is called. A number that nobody has is 404; the same INVITE from
# another address is asked for credentials.
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

WORLD=('P-Asserted-Identity: "World" <sip:+4570305052@carrier.test>')
calls_bent() { SDP=$(audio) calls "sip:+4511111102@$SIP" "${WORLD[@]}"; gets 180; answered 'm=audio 31'; hangs_up; }
calls_nobody() { SDP=$(audio) calls "sip:+4511111199@$SIP" "${WORLD[@]}"; refused 404; }
is_asked() { SDP=$(audio) calls "sip:+4511111102@$SIP" "${WORLD[@]}"; refused 401; }
bent_is_called() { invited 'From: "World" <sip:\+4570305052@' 'm=audio 31' '!carrier.test'; rings; picks_up; let_go; }

two_phones
new_trunk carrier "{\"host\":\"$LINE\",\"port\":$(next_port),\"addresses\":[\"$LINE/32\"]}" '{"numbers":["+4511111102"]}' >/dev/null
set_extension "$bent" '{"direct":"+4511111102"}'
pickup bent bent_is_called "$bent" "$BENT_PORT"
sipp_run world calls_bent '{"username":"line"}' -i "$LINE"
sipp_end bent
sipp_run lost calls_nobody '{"username":"line"}' -i "$LINE"
sipp_run stranger is_asked '{"username":"line"}' -i 127.0.0.78
cdr_is HANGUP A 200
equal "caller of the record" "$(cdr | jq -r '.caller | [.number, .name, .type] | join(" ")')" "+4570305052 World EXTERNAL"
