# A baresip registers over TLS, is called on that connection, and is offline as
# soon as it ends. A server of its own, with a certificate that it re-reads.
source "$(dirname "$0")/../lib.sh"

offline() { ! online "$1"; }
happened() { grep -q "^event: $1\$" "$OUT/events"; }

# issue NAME: a certificate that signs itself.
issue() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 \
    -subj "/CN=$1" -keyout "$OUT/key.pem" -out "$OUT/cert.pem" 2>/dev/null
}

# shown: whose certificate a new handshake sees.
shown() {
  openssl s_client -connect "$TLS" </dev/null 2>/dev/null | openssl x509 -noout -subject | sed 's/.*CN *= *//'
}

TLS=127.0.0.1:15083
issue first
server_at 15080
server_start "$OUT" 31000-31999 --sip "tls://$TLS" --tls-cert "$OUT/cert.pem" --tls-key "$OUT/key.pem"
CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
curl -sN "$API/pbx/events?token=$TOKEN&customer=$CUSTOMER" >"$OUT/events" &
until_true 5 grep -q '^: ' "$OUT/events"

baresip_start anna "$anna" tls 440 "$TLS"
baresip_start bent "$bent" tls 660 "$TLS"
until_true 10 online "$anna"
until_true 10 online "$bent"
phone_is "$bent" .status.transport tls
equal "certificate" "$(shown)" first
issue second
equal "certificate of a new handshake" "$(shown)" second

tell anna dial "sip:201@$DOMAIN"
until_true 10 happened call.answered
tell bent hangup
until_true 5 happened call.ended
cdr_is HANGUP B 200
kill -9 "$BARESIP_bent"
until_true 5 offline "$bent"
kill "$BARESIP_anna"
wait "$BARESIP_anna" "$BARESIP_bent" || true
server_stop || fail "exit status $? after SIGTERM"
