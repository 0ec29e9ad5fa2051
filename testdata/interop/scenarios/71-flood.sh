# 100,000 messages of strangers from 10,000 addresses within five seconds, half
# REGISTER and half INVITE, some of them garbage and some with wrong passwords:
# meanwhile every refresh of the phones succeeds, and the server does not grow.
# A server of its own; what it has room for is filled by a smaller flood first.
source "$(dirname "$0")/../lib.sh"

PHONES=100

flood() {
  "$OUT/loadgen" flood -server "$SIP" -domain "$DOMAIN" -accounts "$OUT/accounts" -pid "$SERVER" -phones "$PHONES" \
    -refreshes 100 -sources 10000 -rate 20000 "$@"
}

(cd "$HERE/../.." && go build -o "$OUT/loadgen" ./internal/loadgen)
server_at 15080
# Garbage has room by design, and how much of it lies about depends on the
# machine; collected early, what grows is what is kept.
GOGC=20 server_start "$OUT" 31000-31999
"$OUT/loadgen" phones -n "$PHONES" -api "$API" -token "$TOKEN" >"$OUT/accounts"
flood -n 40000 -calm 500ms -grow 64
flood -n 100000 -calm 1s -grow 16
equal "bindings and transactions kept" "$(api GET /status | jq -c '[.Registrar.Entries, .SIP.ServerTx]')" "[$PHONES,0]"
server_stop || fail "exit status $? after SIGTERM"
