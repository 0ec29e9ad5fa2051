# 200 phones register, 50 a second.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
phones=
for _ in {1..200}; do phones+=$(new_phone ""); done
sipp_run phones register.xml "$phones" -m 200 -r 50
equal "phones online" "$(api GET "/pbx/sipphone?customer=$CUSTOMER&limit=1000" | jq '[.sipPhones[] | select(.status.online)] | length')" 200
