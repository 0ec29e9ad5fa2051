# Anna calls the world. The first trunk's host refuses connections, the second has
# no service for her; the third asks for credentials, and gets those of its account
# and her number. It hangs up. Nothing of her account or phone is in what it gets.
source "$(dirname "$0")/../lib.sh"
source "$HERE/trunks.sh"

refuses() { invited; declines 503 'Service Unavailable' 'Retry-After: 60'; }
carrier() {
  invited '^INVITE sip:\+4570305052@' '!Authorization'; declines 407 'Proxy Authentication Required' "${CHALLENGES[@]}"
  invited 'Proxy-Authorization:' 'From: "Anna" *<sip:\+4511111101@' 'P-Asserted-Identity:[^\r\n]*<sip:\+4511111101@' 'm=audio 31'
  rings; picks_up; hangs_up "$CUE"
}
anna_calls() { SDP=$(audio) dials +4570305052; gets 180; answered 'm=audio 31'; let_go; }

CUSTOMER=$(new_customer)
down=$(next_port) out=$(next_port) up=$(next_port)
place() { echo "{\"host\":\"$LINE\",\"port\":$1}"; }
order() { echo "{\"outbound\":{\"patterns\":[{\"prefix\":\"\",\"priority\":$1}]}}"; }
new_trunk down "$(place "$down" | jq '.transport = "tcp"')" "$(order 1)" >/dev/null
new_trunk out "$(place "$out")" "$(order 2)" >/dev/null
trunk=$(new_trunk up "$(place "$up" | jq '. * {username: "line", password: "secret"}')" "$(order 3 | jq '.numbers = ["+4511111101"]')")
equal "password in the API" "$(of "$trunk" '.sip | [.password, .passwordSet] | join(" ")')" " true"
anna=$(new_phone "$(api POST /pbx/extension "{\"customer\":\"$CUSTOMER\",\"number\":\"200\",\"name\":\"Anna\",\"direct\":\"+4511111101\"}" | jq -r ._id)")

line out refuses "$out"
line up carrier "$up"
sipp_start anna anna_calls "$anna"
calls_are TALKING
cue up
sipp_end anna
sipp_end out
sipp_end up
proven up INVITE
! grep -qa "$(of "$anna" .username)" "$OUT/up/messages" || fail "Anna's username came to the carrier"
cdr_is HANGUP B 200
equal "trunk of the record" "$(cdr | jq -r .trunk)" "$(of "$trunk" ._id)"
no_calls
