# A phone answers the stronger challenge (RFC 8760).
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
ALGORITHM=SHA-256 register phone "$phone" "$(next_port)"
phone_is "$phone" .status.online true
