# An OPEN phone locks itself to its first address; then a stranger with its password gets 403.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "" '{"mode":"OPEN"}')
wrong=$(jq '.password = "wrong"' <<<"$phone")
FINAL=401 register guess "$wrong" "$(next_port)" -i 127.0.0.66
phone_is "$phone" .ip.mode OPEN
register first "$phone" "$(next_port)"
phone_is "$phone" '.ip | [.mode, .address] | join(" ")' "LOCKED 127.0.0.1"
FINAL=403 register stranger "$phone" "$(next_port)" -i 127.0.0.66
phone_is "$phone" .status.lastRejected.address 127.0.0.66
# What the API changes holds for the next request.
api POST "/pbx/sipphone/$(of "$phone" ._id)" '{"ip":{"mode":"LOCKED","address":"127.0.0.66"}}' >/dev/null
register stranger "$phone" "$(next_port)" -i 127.0.0.66
FINAL=403 register first "$phone" "$(next_port)"
