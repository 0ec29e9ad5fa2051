# A refresh with the same Call-ID and a higher CSeq: still one binding, with the new lifetime.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
port=$(next_port)
register first "$phone" "$port" -cid_str "refresh-$port" -base_cseq 1
EXPIRES=1200 register again "$phone" "$port" -cid_str "refresh-$port" -base_cseq 3
equal "number of bindings" "$(contacts again)" 1
phone_is "$phone" '.status.expires | . > 1190 and . <= 1200' true
