# Bent sends Anna on to Carl with his transfer key: she hears Carl's tone instead of
# his, and Carl hears hers. Both stay when Bent hangs up, as his phone does by itself.
source "$(dirname "$0")/../lib.sh"

talking() { live_is 'map([.state, .callee.number] | join(" ")) | join(", ")' "TALKING $1"; }

CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)")
bent=$(new_phone "$(new_extension 201 Bent)")
carl=$(new_phone "$(new_extension 202 Carl)")
baresip_start anna "$anna" udp 440
baresip_start bent "$bent" udp 660
baresip_start carl "$carl" tcp 880
for who in "$anna" "$bent" "$carl"; do until_true 10 online "$who"; done

tell anna dial "sip:201@$DOMAIN"
until_true 10 talking 201
until_true 10 talked bent
until_true 10 talked anna
tell bent transfer "sip:202@$DOMAIN"
until_true 10 talking 202
until_true 10 talked anna "$(sound anna)"
until_true 10 talked carl
tell anna hangup
no_calls
baresip_end anna bent carl
heard anna 660 880
heard bent 440 880
heard anna 880 660 -1.5 1
heard carl 440 660 -1.5 1
records 2 '[.callee.number, .terminatedReason, .terminatedBy] | join(" ")' "201 TRANSFERRED B, 202 HANGUP A"
