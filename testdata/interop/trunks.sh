# What scenarios with trunks share. A line to the world is a sipp at an address of
# its own, so that it is not taken for a phone; its account is line, secret.
LINE=127.0.0.77

# new_trunk NAME SIP [JSON]: a trunk of the customer by which all calls leave. SIP
# and JSON are what is special about it.
new_trunk() {
  api POST /pbx/trunk "$(jq -cn --arg c "$CUSTOMER" --arg n "$1" --argjson sip "$2" --argjson more "${3:-null}" \
    '{customer: $c, name: $n, sip: $sip, outbound: {enabled: true}} * ($more // {})')"
}

# trunk_is TRUNK FILTER WANT
trunk_is() { [[ $(api GET "/pbx/trunk/$(of "$1" ._id)" | jq -r "$2") == "$3" ]]; }

# line NAME FUNCTION PORT [OPTION...]: waits for what comes by a trunk.
line() {
  sipp_start "$1" "$2" '{"username":"line","password":"secret"}' -i "$LINE" -p "$3" "${@:4}"
  until_true 5 udp_bound "$3"
}

# CHALLENGES are two of which the stronger one must be answered.
CHALLENGES=(
  'Proxy-Authenticate: Digest realm="carrier.test", nonce="b7c9", qop="auth", algorithm=SHA-256'
  'Proxy-Authenticate: Digest realm="carrier.test", nonce="b7c9", qop="auth", algorithm=MD5'
)

# proven NAME METHOD: what the line got last as credentials is right (RFC 7616
# section 3.4.1).
proven() {
  local h ha1 ha2
  h=$(tr -d '\r' <"$OUT/$1/messages" | grep -aE '^(Proxy-)?Authorization:' | tail -n 1)
  [[ $(value username) == line && $(value algorithm) == SHA-256 ]] || fail "credentials: $h"
  ha1=$(sum "line:$(value realm):secret") ha2=$(sum "$2:$(value uri)")
  equal "response to the challenge" "$(value response)" "$(sum "$ha1:$(value nonce):$(value nc):$(value cnonce):auth:$ha2")"
}

# value KEY: of the header h.
value() { grep -oP "\\b$1=\"?\\K[^\",]+" <<<"$h"; }
sum() { printf %s "$1" | sha256sum | cut -d ' ' -f 1; }
