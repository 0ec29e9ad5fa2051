# A phone registers; the API shows it online from the moment it was told so.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
register phone "$phone" "$(next_port)"
received phone | grep -qE '^Contact: <sip:[^>]*>;expires=600$' || fail "no Contact with its expires"
received phone | grep -qE '^Date: .* GMT$' || fail "no Date"
phone_is "$phone" .status.online true
phone_is "$phone" '.status.expires | . > 590 and . <= 600' true
phone_is "$phone" .status.localIpAddress 127.0.0.1
phone_is "$phone" .status.publicIpAddress 127.0.0.1
phone_is "$phone" .status.transport udp
phone_is "$phone" .status.userAgent sipp
