# kill -9: what a phone was told outlives the process. After a restart it is
# still online for the rest of its time, and a call reaches it. A server of its
# own.
source "$(dirname "$0")/../lib.sh"

server_at 15070
server_start "$OUT" 31000-31999
two_phones
kill -9 "$SERVER"
wait "$SERVER" 2>/dev/null || true
server_start "$OUT" 31000-31999
phone_is "$bent" .status.online true
phone_is "$bent" '.status.expires | . > 580 and . <= 600' true
pickup bent pickup.xml "$bent" "$BENT_PORT"
dial anna call.xml 201 -d 300
sipp_end bent
cdr_is HANGUP A 200
server_stop || fail "exit status $? after SIGTERM"
