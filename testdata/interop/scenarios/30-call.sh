# Anna calls Bent, they talk, Anna hangs up; nothing of her account shows on his side.
source "$(dirname "$0")/../lib.sh"

two_phones
pickup bent pickup.xml "$bent" "$BENT_PORT"
dial anna call.xml 201 -d 500
sipp_end bent
cdr_is HANGUP A 200
equal "callee of the call record" "$(cdr | jq -r .callee.sipPhone)" "$(of "$bent" ._id)"
! grep -q "$(of "$anna" .username)" "$OUT/bent/messages" || fail "Anna's username came to Bent's phone"
