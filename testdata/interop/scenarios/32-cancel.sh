# Anna gives up while it rings: both sides end the call properly.
source "$(dirname "$0")/../lib.sh"

two_phones
pickup bent ring.xml "$bent" "$BENT_PORT"
dial anna cancel.xml 201
sipp_end bent
cdr_is CANCEL A 487
