# A lifetime below the minimum: 423 with Min-Expires (RFC 3261 10.2.8).
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
EXPIRES=5 FINAL=423 register phone "$phone" "$(next_port)"
received phone | grep -qx 'Min-Expires: 60' || fail "no Min-Expires: 60"
phone_is "$phone" .status.online false
