# A page lets Anna's phone call Bent, who takes his time: while his phone rings she is
# played the ringing tone, and when he answers she hears him instead.
source "$(dirname "$0")/../lib.sh"

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
baresip_start anna "$anna" udp 440
ANSWERS=manual baresip_start bent "$bent" udp 660
until_true 10 online "$anna"
until_true 10 online "$bent"

equal call "$(api GET "/pbx/app/action/call?device=$(of "$anna" ._id)&target=201" | jq .success)" true
until_true 10 talked anna
had=$(sound anna)
calls_are RINGING
tell bent accept
until_true 10 talked bent
until_true 10 talked anna "$had"
tell anna hangup
no_calls
baresip_end anna bent
heard anna 425 660 0.2 0.7
heard anna 660 425 -1.5 1
heard bent 440 660
cdr_is HANGUP A 200
