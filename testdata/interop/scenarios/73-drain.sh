# SIGTERM with two calls up: a new one is told 503, one ends by itself, and the
# other is hung up on both sides when its time is over. A server of its own.
source "$(dirname "$0")/../lib.sh"

talks() { invited; rings; picks_up; let_go; }
stays() { SDP=$(audio) dials 201; gets 180; answered; let_go; }
leaves() { SDP=$(audio) dials 201; gets 180; answered; hangs_up "$CUE"; }
too_late() { SDP=$(audio) dials 201; refused 503 'Retry-After:'; }

server_at 15110
server_start "$OUT" 31000-31999 --stop-timeout 5s
two_phones
third_phone
pickup bent talks "$bent" "$BENT_PORT" -m 2
sipp_start anna stays "$anna"
sipp_start carl leaves "$carl"
calls_are "TALKING TALKING"
kill -TERM "$SERVER"
until_true 2 grep -q msg=stopping "$OUT/server.log"
sipp_run late too_late "$carl"
cue carl
for who in carl anna bent; do sipp_end $who; done
wait "$SERVER" || fail "exit status $? after SIGTERM"
server_start "$OUT" 31000-31999
records 2 '[.caller.number, .terminatedReason, .terminatedBy] | join(" ")' "200 HANGUP S, 202 HANGUP A"
server_stop || fail "exit status $? after SIGTERM"
