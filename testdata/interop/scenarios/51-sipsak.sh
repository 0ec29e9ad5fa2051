# sipsak registers a phone at the server's IP address. It fails at a challenge
# other than MD5, so by its User-Agent it is offered MD5 alone.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phone=$(new_phone "")
username=$(of "$phone" .username)

timeout 10 sipsak -v -v -v -i -U -x 300 -C "sip:$username@127.0.0.1:$(next_port)" \
  -s "sip:$username@${SIP%:*}" -r "${SIP#*:}" -u "$username" -a "$(of "$phone" .password)" >"$OUT/log" 2>&1 ||
  fail "sipsak: status $?: $(tail -n 3 "$OUT/log")"
phone_is "$phone" .status.online true
phone_is "$phone" .status.userAgent "sipsak $(sipsak --version | grep -m 1 -oP 'sipsak \K\S+')"
