# Expires: 0 takes the phone offline.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
port=$(next_port)
register on "$phone" "$port" -cid_str "leave-$port" -base_cseq 1
phone_is "$phone" .status.online true
EXPIRES=0 register off "$phone" "$port" -cid_str "leave-$port" -base_cseq 3
equal "number of bindings" "$(contacts off)" 0
phone_is "$phone" .status.online false
phone_is "$phone" .status.expires -1
