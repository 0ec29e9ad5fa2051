# A trunk registers with its carrier: challenge, the stronger answer, 200; the API
# and the events tell. A call comes in where it has registered, and it takes the
# registration back when it is deleted.
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

registrar() {
  asked REGISTER "Contact: <sip:line@" '!Authorization'
  TAG=';tag=r1' replies 407 'Proxy Authentication Required' "${CHALLENGES[@]}"
  asked REGISTER 'Expires: 3600' 'Proxy-Authorization:'
  accepts 3600
  asked REGISTER 'Expires: 0'
  accepts 0
}
# accepts SECONDS: with the contact that was sent.
accepts() {
  local text
  text=$(TAG=';tag=r1' replies 200 OK "[last_Contact:];expires=$1")
  grep -v '^Contact: ' <<<"$text"
}
calls_bent() { SDP=$(audio) calls "sip:line@$SIP" 'X-Was: of the account' 'P-Called-Party-ID: <sip:+4511111103@carrier.test>'; gets 180; answered; hangs_up; }
bent_is_called() { invited; rings; picks_up; let_go; }
happened() { grep -q "^event: $1\$" "$OUT/events"; }

two_phones
curl -sN "$API/pbx/events?token=$TOKEN&customer=$CUSTOMER" >"$OUT/events" &
until_true 5 grep -q '^: ' "$OUT/events"
port=$(next_port)
line carrier registrar "$port"
trunk=$(new_trunk carrier "{\"host\":\"$LINE\",\"port\":$port,\"username\":\"line\",\"password\":\"secret\",\"register\":true}" '{"numbers":["+4511111103"]}')
until_true 10 trunk_is "$trunk" .status.registered true
proven carrier REGISTER
until_true 5 happened trunk.registered
set_extension "$bent" '{"direct":"+4511111103"}'
pickup bent bent_is_called "$bent" "$BENT_PORT"
sipp_run world calls_bent '{"username":"world"}' -i "$LINE"
sipp_end bent
api DELETE "/pbx/trunk/$(of "$trunk" ._id)" >/dev/null
sipp_end carrier
cdr_is HANGUP A 200
