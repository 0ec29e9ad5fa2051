# A wrong password and a user that does not exist get the same: a new challenge, and nothing else.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
wrong=$(jq '.password = "wrong"' <<<"$phone")
nobody=$(jq '.username = "nobody"' <<<"$phone")

# refusal NAME: the answer without what differs from one request to the next.
refusal() { received "$1" | tail -n +2 | grep -vE '^(Via|From|To|Call-ID):' | sed 's/nonce="[^"]*"/nonce/'; }

FINAL=401 register wrong "$wrong" "$(next_port)"
FINAL=401 register nobody "$nobody" "$(next_port)"
! received wrong | grep -q stale=true || fail "a wrong password is called stale"
equal "the answer to nobody" "$(refusal nobody)" "$(refusal wrong)"
phone_is "$phone" .status.online false
