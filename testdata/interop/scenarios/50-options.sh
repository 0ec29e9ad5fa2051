# sipsak: an OPTIONS ping over UDP and TCP gets 200 (RFC 3261 section 11).
source "$(dirname "$0")/../lib.sh"

ping() { timeout 10 sipsak -v -v -s "sip:$SIP" "$@" || fail "sipsak $*: status $?"; }
ping | tee "$OUT/udp"
ping --transport=tcp
grep -q '^Allow: .*INVITE' "$OUT/udp" || fail "no Allow"
