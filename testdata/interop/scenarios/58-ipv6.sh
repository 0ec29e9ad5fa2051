# Two phones at ::1 call each other, and one at 127.0.0.1 calls one at ::1: each
# has media at an address of the server of its own family. A server of its own,
# which listens at both.
source "$(dirname "$0")/../lib.sh"

six() { invited 'c=IN IP6 ::1' 'm=audio 31' '!127\.0\.0\.1'; rings; picks_up; let_go; }
calls_by_six() { SDP=$(audio) dials 201; gets 180; answered 'c=IN IP6 ::1' 'm=audio 31'; hangs_up; }
calls_by_four() { SDP=$(audio) dials 201; gets 180; answered 'c=IN IP4 127\.0\.0\.1' 'm=audio 31' '!::1'; hangs_up; }

server_at 15100
server_start "$OUT" 31000-31999 --sip "udp://[::1]:15100"
SIX='{"mode":"LOCKED","address":"::1"}' FOUR=$SIP
CUSTOMER=$(new_customer)
anna=$(new_phone "$(new_extension 200 Anna)" "$SIX")
bent=$(new_phone "$(new_extension 201 Bent)" "$SIX")
carl=$(new_phone "$(new_extension 202 Carl)")
port=$(next_port)
SIP='[::1]:15100'
register bent_registers "$bent" "$port" -i ::1
phone_is "$bent" .status.publicIpAddress ::1
pickup bent six "$bent" "$port" -i ::1 -m 2
sipp_run anna calls_by_six "$anna" -i ::1
SIP=$FOUR
sipp_run carl calls_by_four "$carl"
sipp_end bent
records 2 .terminatedReason "HANGUP, HANGUP"
server_stop || fail "exit status $? after SIGTERM"
