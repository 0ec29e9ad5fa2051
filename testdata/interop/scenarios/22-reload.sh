# A phone is told to fetch its configuration again; one that is offline is not.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
model=$(api GET '/pbx/sipphonemodels?filter=D865' | jq -r .sipPhoneModels[0]._id)
phone=$(api POST /pbx/sipphone "{\"customer\":\"$CUSTOMER\",\"sipPhoneModel\":\"$model\",\"macAddress\":\"000413FE0022\"}")
reload=$API/pbx/sipphone/$(of "$phone" ._id)/configreload
equal "reload while offline" "$(curl -sS -H "Authorization: Bearer $TOKEN" "$reload" | jq -r '"\(.code) \(.description)"')" "409 SIP phone is offline"
port=$(next_port)
register phone "$phone" "$port"
pickup told notify.xml "$phone" "$port"
equal "reload" "$(curl -sS -H "Authorization: Bearer $TOKEN" "$reload" | jq -c .)" '{"success":true}'
sipp_end told
