# kill -9 of the server at random moments among several hundred calls: after each
# restart every call that its caller saw answered has exactly one record, HANGUP
# if it had ended and INTERRUPTED if not, and none is there twice. Servers of its
# own.
source "$(dirname "$0")/../lib.sh"

(cd "$HERE/../.." && go build -o "$OUT/loadgen" ./internal/loadgen)
server_at 15090
"$OUT/loadgen" reconcile -server "$RINGFENCE" -sip "$SIP" -http "${API#http://}" -prov "$PROV" -rtp-ports 31000-31999 \
  -data "$OUT/data" -kills 5 -rate 80 -least 500ms -most 2s
