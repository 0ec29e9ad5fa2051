# Two phones of one extension ring; the second answers, the first is cancelled.
source "$(dirname "$0")/../lib.sh"

two_phones
desk=$(new_phone "$(of "$bent" '.extension | if type == "object" then ._id else . end')")
desk_port=$(next_port)
register desk_registers "$desk" "$desk_port"
pickup bent ring.xml "$bent" "$BENT_PORT"
pickup desk pickup.xml "$desk" "$desk_port"
dial anna call.xml 201 -d 300
sipp_end desk
sipp_end bent
grep -q '^CANCEL ' "$OUT/bent/messages" || fail "the other phone was not cancelled"
cdr_is HANGUP A 200
equal "callee of the call record" "$(cdr | jq -r .callee.sipPhone)" "$(of "$desk" ._id)"
