# The same with the caller on TCP and the called phone on UDP.
source "$(dirname "$0")/../lib.sh"

two_phones
pickup bent pickup.xml "$bent" "$BENT_PORT"
dial anna call.xml 201 -d 500 -t t1
sipp_end bent
cdr_is HANGUP A 200
