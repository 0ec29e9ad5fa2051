# LOCKED to another address: REGISTER and INVITE get 403 with the right password, and the API tells why.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)" '{"mode":"LOCKED","address":"192.0.2.1"}')
FINAL=403 register anna "$anna" "$(next_port)"
phone_is "$anna" .status.online false
phone_is "$anna" '.status.lastRejected | [.via, .address, .reason] | join(" ")' "register 127.0.0.1 address"
FINAL=403 dial calls refused.xml 201
phone_is "$anna" '.status.lastRejected | [.via, .address, .reason] | join(" ")' "call 127.0.0.1 address"
cdr_is BLOCKED S 403
