# 10,000 REGISTERs from strangers, each from another address, port and Call-ID:
# each gets its 401, and the server does not grow. A server of its own.
source "$(dirname "$0")/../lib.sh"

resident() { awk '/^VmRSS/ {print $2}' "/proc/$SERVER/status"; } # KiB

(cd "$HERE" && go build -o "$OUT/flood" ./flood)
server_at 15080
server_start "$OUT" 31000-31999
"$OUT/flood" "$SIP" 0 2000 # warm
before=$(resident)
"$OUT/flood" "$SIP" 2000 10000
after=$(resident)
echo "resident: $before KiB before, $after KiB after"
((after <= before * 13 / 10 + 8192)) || fail "grew from $before to $after KiB"
equal "bindings and transactions kept" "$(api GET /status | jq -c '[.Registrar.Entries, .SIP.ServerTx]')" "[0,0]"
server_stop || fail "exit status $? after SIGTERM"
