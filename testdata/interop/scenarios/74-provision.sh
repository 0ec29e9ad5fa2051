# Phones of five makers start as they do, asking for one file after another: with
# what their files say each comes back by its own URL, and registers. A change over
# the API makes a configuration stale, and the phone, which is told, fetches it
# again. A server of its own.
source "$(dirname "$0")/../lib.sh"

server_at 15130
server_start "$OUT" 31000-31999 --prov-url "http://$PROV"
CUSTOMER=$(new_customer)

# asks STATUS PATH [OPTION...]: a request of the phone whose user agent AGENT is;
# what came is in $OUT/file, its headers in $OUT/headers.
asks() {
  equal "$2" "$(curl -sS -A "$AGENT" -o "$OUT/file" -D "$OUT/headers" -w '%{http_code}' "${@:3}" "http://$PROV/$2")" "$1"
}
tag() { sed -n 's/\r$//; s/^etag: //Ip' "$OUT/headers"; }

# token: that of the URL in the file. secret NAME: what stands behind the name.
token() { grep -oEm 1 '\b[a-z2-7]{26}\b' "$OUT/file"; }
secret() { grep -oE "$1[^a-z0-9].*\\b[a-z0-9]{32}\\b" "$OUT/file" | grep -oEm 1 '\b[a-z0-9]{32}\b'; }

# starts BRAND MODEL MAC AGENT USER PASSWORD FILE...: a phone is made and does; of
# the files, which are named with the status that each has, the last is its own.
# The phone that registers is then in $phone, the path of its file in $own.
starts() {
  local model first made AGENT=$4 user=$5 password=$6
  model=$(api GET "/pbx/sipphonemodels?filter=$2" | jq -r ".sipPhoneModels[] | select(.brand == \"$1\") | ._id" | head -n 1)
  made=$(api POST /pbx/sipphone "{\"customer\":\"$CUSTOMER\",\"sipPhoneModel\":\"$model\",\"macAddress\":\"$3\",\"serial\":\"$3\"}")
  first=$(api GET "/provisioning-url?sipphone=$(of "$made" ._id)" | jq -r .url)
  for file in "${@:7}"; do asks "${file%%:*}" "${file#*:}"; done
  own=${file#*:}
  asks 404 "$own" --interface 127.0.0.66
  phone_is "$made" .ip.mode LOCKED
  asks 200 "$own"
  own=$(token)/$own
  phone=$(jq -c --arg u "$(secret "$user")" --arg p "$(secret "$password")" '.username = $u | .password = $p' <<<"$made")
  equal "user of $2" "$(of "$phone" .username)" "$(of "$made" .username)"
  asks 200 "${first#"http://$PROV/"}${own#*/}"
  asks 200 "$own"
  asks 404 "${first#"http://$PROV/"}${own#*/}"
  asks 200 "$own"
  asks 304 "$own" -H "If-None-Match: $(tag)"
  phone_is "$phone" .status.configStale false
  port=$(next_port)
  register "$1" "$phone" "$port"
  online "$phone" || fail "$2 is offline"
}

starts YEALINK T46S 0015654AA937 'Yealink SIP-T46S 66.86.0.15 00:15:65:4a:a9:37' user_name password \
  200:0015654aa937.boot 404:y000000000000.boot 404:y000000000066.cfg 200:0015654aa937.cfg
starts MITEL 6930 1400E91EDB52 'Mitel6930 MAC:14-00-E9-1E-DB-52 V:6.4.0.140-SIP' 'user name' password \
  404:startup.tuz 200:startup.cfg 404:6930.cfg 200:1400E91EDB52.cfg
starts GRANDSTREAM GXP2170 000B828AA872 'Grandstream Model HW GXP2170 [V1.6B] SW 1.0.11.97 DevId 000b828aa872' userid password \
  404:cfg000b828aa872 200:cfg000b828aa872.xml
starts CISCO SPA504G 0002FDFF2103 'Cisco/SPA504G-7.4.4 (0002FDFF2103)(CBT141400UK)' User_ID_1_ Password_1_ \
  200:spa504G.cfg 200:0002fdff2103.xml
AGENT='Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 1.1.3-s 000413AABB01 SXM:0 UXM:0)'
starts SNOM D785 000413AABB01 "$AGENT" user_name user_pass \
  200:snomD785.htm 200:snomD785-000413AABB01.htm

tag=$(tag)
pickup told notify.xml "$phone" "$port"
api POST "/pbx/sipphone/$(of "$phone" ._id)" '{"ringer":{"volume":3}}' >/dev/null
phone_is "$phone" .status.configStale true
equal stale "$(api GET '/pbx/sipphone?stale=true' | jq -c '[.sipPhones[].macAddress]')" '["000413AABB01"]'
sipp_end told
asks 200 "$own" -H "If-None-Match: $tag"
phone_is "$phone" .status.configStale false
server_stop
