# A Yealink is told by NOTIFY (Event hold, talk) to hold its call, and does so; a
# phone of another make is not.
source "$(dirname "$0")/../lib.sh"

hold() { curl -sS -H "Authorization: Bearer $TOKEN" "$API/pbx/app/action/hold?device=$(of "$1" ._id)" | jq -c '.success // [.code, .message]'; }
holds() { asked NOTIFY "Event: *$1"; SDP= replies 200 OK; SDP=$(audio "$2" "$3") sends INVITE; answered; }
held() { reinvited "a=$1"; SDP=$(audio "$2" "$3") picks_up; }

yealink_calls() { SDP=$(audio) dials 201; gets 180; answered; holds hold sendonly 2; holds talk sendrecv 3; hangs_up "$CUE"; }
bent_is_called() { invited; rings; picks_up; held sendonly recvonly 2; held sendrecv sendrecv 3; let_go; }

two_phones
model=$(api GET '/pbx/sipphonemodels?filter=Yealink' | jq -r '.sipPhoneModels[0]._id')
yealink=$(api POST /pbx/sipphone "{\"customer\":\"$CUSTOMER\",\"sipPhoneModel\":\"$model\",\"macAddress\":\"805EC0FE0049\",\"extension\":\"$(new_extension 203 Yealink)\"}")
pickup bent bent_is_called "$bent" "$BENT_PORT"
sipp_start yealink yealink_calls "$yealink"
calls_are TALKING
equal "hold by another make" "$(hold "$bent")" '[422,"device"]'
equal hold "$(hold "$yealink")" true
calls_are HELD
equal talk "$(hold "$yealink")" true
calls_are TALKING
cue yealink
sipp_end yealink
sipp_end bent
cdr_is HANGUP A 200
