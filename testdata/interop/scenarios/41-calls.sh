# 100 calls, 20 a second, each talks for half a second; none fails.
source "$(dirname "$0")/../lib.sh"

two_phones
idle() { [[ $(api GET /status | jq -c '[.Calls.Running, .Media.Ports.Used]') == "[0,0]" ]]; }
written() { [[ $(api GET "/pbx/cdr?customer=$CUSTOMER" | jq .total) == 100 ]]; }

pickup bent pickup.xml "$bent" "$BENT_PORT" -m 100
dial anna call.xml 201 -m 100 -r 20 -d 500
sipp_end bent
until_true 5 written
equal "how they ended" "$(api GET "/pbx/cdr?customer=$CUSTOMER&limit=1000" | jq -r '[.cdrs[] | .terminatedReason] | unique | join(" ")')" HANGUP
until_true 5 idle # all ports of the relay have come back
